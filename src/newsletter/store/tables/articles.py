"""What came in: sources, articles with their earlier texts, summaries and pictures."""

import sqlalchemy as sa

from newsletter.model.article import ArticleKind
from newsletter.model.written import WrittenState
from newsletter.store.tables.columns import Id, Json, JsonOrNull, Moment, metadata, number, words

source = sa.Table(
    "source", metadata, number(),
    sa.Column("url", sa.Text, nullable=False, unique=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("etag", sa.Text, comment="what the server last said; null if it said none"),
    sa.Column("last_modified", sa.Text, comment="what the server last said; null if it said none"),
    sa.Column("fetched_at", Moment, comment="null until the first successful fetch"),
    sa.Column("last_error", sa.Text, nullable=False, comment="the sentence of the last failure; empty after a success"),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0", comment="polls in a row that failed"),
    sa.Column("due_at", Moment, comment="not to be asked again before; null if at any time"),
    sa.Column("warnings", Json, nullable=False, server_default="[]", comment="what the last poll mended or left out"),
)  # fmt: skip

article = sa.Table(
    "article", metadata, number(),
    sa.Column("identity", sa.Text, nullable=False, unique=True, comment="canonical URL, feed guid or content hash"),
    sa.Column("source_id", Id, sa.ForeignKey("source.id", ondelete="SET NULL"), comment="null if added by hand"),
    sa.Column("kind", words(ArticleKind, "article_kind"), nullable=False),
    sa.Column("outlet", sa.Text, comment="the publication's name"),
    sa.Column("url", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("kicker", sa.Text),
    sa.Column("headline", sa.Text, nullable=False),
    sa.Column("series", sa.Text),
    sa.Column("dek", sa.Text),
    sa.Column("byline_raw", sa.Text, comment="null if the page has no byline"),
    sa.Column("byline_kind", sa.Text),
    sa.Column("byline_section", sa.Text),
    sa.Column("byline_author", sa.Text, comment="null unless the page names one; never guessed"),
    sa.Column("body", Json, nullable=False, comment="paragraphs in order"),
    sa.Column("blockquotes", Json, nullable=False),
    sa.Column("sections", Json, nullable=False, comment="other-news bullets and briefings of a round-up"),
    sa.Column("quotes", Json, nullable=False, comment="verbatim quotations with speakers"),
    sa.Column("images", Json, nullable=False, comment="with alt text and credit; the first is the hero"),
    sa.Column("related", Json, nullable=False, comment="cards of related stories"),
    sa.Column("attributed_sources", Json, nullable=False),
    sa.Column("published", Moment, comment="null if the page prints no date"),
    sa.Column("dates", Json, nullable=False, comment="what the text says about its date: evidence, not a date"),
    sa.Column("provenance", Json, nullable=False),
    sa.Column("content_hash", sa.String(64), nullable=False, comment="sha256 of what a reader sees"),
    sa.Column("added_at", Moment, nullable=False),
    sa.Column("changed_at", Moment, comment="when a later fetch found other content; null if never"),
    sa.Column("topics", Json, nullable=False, server_default="[]", comment="the categories that page or feed names"),
    sa.Column("series_number", sa.Integer, comment="of the instalment; null unless the page prints one"),
    sa.Column("event", JsonOrNull, comment="when and where, if the article announces an event"),
    sa.Column("embargo", Moment, comment="nothing is printed before; null if there is none"),
    sa.Column("note", sa.Text, nullable=False, server_default="", comment="what the editor who captured it wrote beside it"),
    sa.Column("not_before", Moment, comment="until when an editor holds it back; null if not"),
    sa.Column("version", sa.Integer, nullable=False, server_default="1", comment="counts the texts seen at this address"),
    sa.Column("retracted_at", Moment, comment="when its source took it back; null if it stands"),
    sa.Index(None, "published"),
)  # fmt: skip

article_version = sa.Table(
    "article_version", metadata,
    sa.Column("article_id", Id, sa.ForeignKey("article.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("headline", sa.Text, nullable=False),
    sa.Column("dek", sa.Text),
    sa.Column("body", Json, nullable=False, comment="paragraphs in order"),
    sa.Column("replaced_at", Moment, nullable=False),
)  # fmt: skip

written_summary = sa.Table(
    "written_summary", metadata,
    sa.Column("article_id", Id, sa.ForeignKey("article.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, comment="of the article's text that was sent to the model"),
    sa.Column("state", words(WrittenState, "written_state"), nullable=False),
    sa.Column("sentences", Json, nullable=False, comment="each with the article's sentences that it rests on"),
    sa.Column("doubts", Json, nullable=False, comment="what the gate found in the sentences"),
    sa.Column("overlap", sa.Float, nullable=False, comment="share of content words that the article has too, 0 to 1"),
    sa.Column("refusal", sa.Text, nullable=False, comment="why there is no summary; empty if there is one"),
    sa.Column("model", sa.Text, nullable=False, comment="as configured"),
    sa.Column("prompt_hash", sa.String(64), nullable=False, comment="sha256 of the messages that were answered"),
    sa.Column("tokens_in", sa.Integer, nullable=False, comment="of all requests for this text"),
    sa.Column("tokens_out", sa.Integer, nullable=False, comment="of all requests for this text"),
    sa.Column("written_at", Moment, nullable=False),
    sa.Index(None, "written_at"),
)  # fmt: skip

picture = sa.Table(
    "picture", metadata,
    sa.Column("source", sa.Text, primary_key=True, comment="the address that it was fetched from"),
    sa.Column("column", sa.Integer, primary_key=True, comment="the width that it was made for, in CSS pixels"),
    sa.Column("looked_at", Moment, nullable=False),
    sa.Column("url", sa.Text, nullable=False, comment="our own address; empty if it could not be had"),
    sa.Column("width", sa.Integer, nullable=False, comment="pixels of the file"),
    sa.Column("height", sa.Integer, nullable=False, comment="pixels of the file"),
    sa.Column("size", sa.Integer, nullable=False, comment="bytes of the file"),
    sa.Column("problem", sa.Text, nullable=False, comment="why it could not be had; empty if it is there"),
)  # fmt: skip
