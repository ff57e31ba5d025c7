"""What another program sent stands in the public archive, and is never sent."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from builders import newsletter
from desk import Desk
from newsletter.moving.history import open_history
from newsletter.moving_in import MovingIn
from newsletter.pipeline import Press
from newsletter.web.app import create

POSTS = (
    "id,web_title,status,audience,url,web_subtitle,email_preview_text,content_html,created_at\n"
    'p1,Ferry fares rise,confirmed,free,,Twice a year,,"<p>Two <b>boats</b>.</p><script>alert(1)</script>",2024-03-15 06:00:00 UTC\n'
    "p2,<b>Of long ago</b>,confirmed,free,,,,<p>Old.</p>,2019-03-15 06:00:00 UTC\n"
    "p3,For members,confirmed,premium,,,,<p>x</p>,2024-03-15 06:00:00 UTC\n"
)


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    (tmp_path / "posts.csv").write_text(POSTS)
    return tmp_path / "posts.csv"


def test_an_export_is_imported_once_and_says_what_was_left_out(desk: Desk, posts: Path) -> None:
    dry = desk.run("issue", "import", posts, "--dry-run")
    assert dry.out == "posts.csv is beehiiv's: 2 issues would stand in the archive of Weekly Round-up.\n"
    done = desk.run("issue", "import", posts)
    assert (done.code, done.out) == (
        0, "2 issues of beehiiv's stand in the archive of Weekly Round-up now; 0 were there already.\n",
    )  # fmt: skip
    assert done.err.splitlines() == [
        "posts.csv, 4 (For members): it was for paying readers or members alone, and the archive is public",
        "1 post was left out.",
    ]
    again = desk.run("issue", "import", posts, "--json").json
    assert (again["new"], again["known"], len(again["left_out"])) == (0, 2, 1)
    assert desk.ok("issue", "list", "--json").json == [], "there is nothing that could be sent"


def test_an_export_of_which_nothing_can_be_taken_is_an_error(desk: Desk, posts: Path) -> None:
    posts.write_text("".join([POSTS.splitlines(keepends=True)[0], POSTS.splitlines(keepends=True)[-1]]))
    done = desk.run("issue", "import", posts)
    assert done.code == 1
    assert done.err.endswith("newsletter: Not one post could be taken; nothing was changed.\n")


def test_the_archive_lists_them_after_our_own_and_shows_them_clean(press: Press, posts: Path) -> None:
    letter = press.store.newsletters.save(newsletter())
    MovingIn(store=press.store, actor="t", clock=press.clock).carry_past(open_history(posts), letter)
    pages = TestClient(create(press))
    home = pages.get("/harbour").text
    assert home.index("Ferry fares rise") < home.index("&lt;b&gt;Of long ago")
    assert 'href="/harbour/past/2024-03-15-ferry-fares-rise"' in home
    assert "15 March 2024" in home
    shown = pages.get("/harbour/past/2024-03-15-ferry-fares-rise")
    assert "<p>Two <b>boats</b>.</p>" in shown.text
    assert "alert" not in shown.text
    assert "script-src" not in shown.headers["content-security-policy"]
    assert pages.get("/harbour/past/none").status_code == 404
