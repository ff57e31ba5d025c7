"""The table of limits that all senders share."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from newsletter.store.tables import Moment, metadata

_JsonOrNull = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

rate = sa.Table(
    "rate", metadata,
    sa.Column("name", sa.Text, primary_key=True, comment="of the limit: 'global', 'relay:main', 'group:google'"),
    sa.Column("next_at", sa.Double, nullable=False, comment="when the next message may go, seconds since 1970; before that all is given out"),
    sa.Column("state", _JsonOrNull, comment="what was learnt of the pace; null until something was"),
    sa.Column("changed_at", Moment, nullable=False, comment="when something was last reserved or learnt"),
)  # fmt: skip
