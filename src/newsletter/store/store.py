"""The store: every table family behind one name."""

from typing import Self

from sqlalchemy.engine import Engine

from newsletter.model.seal import OPEN_SEAL, Seal
from newsletter.store.accounts import Accounts
from newsletter.store.address_changes import AddressChanges
from newsletter.store.articles import Articles
from newsletter.store.audit import Audit
from newsletter.store.consents import Consents
from newsletter.store.edits import Edits
from newsletter.store.endings import Endings
from newsletter.store.engine import open_engine
from newsletter.store.erasure import Erasure
from newsletter.store.frozen import Frozen
from newsletter.store.instance import Instance
from newsletter.store.issues import Issues
from newsletter.store.ledger import Ledger
from newsletter.store.letters import Letters
from newsletter.store.migrate import differences, require_current, upgrade
from newsletter.store.newsletters import Newsletters
from newsletter.store.notices import Notices
from newsletter.store.past_issues import PastIssues
from newsletter.store.pictures import Pictures
from newsletter.store.rates import Rates
from newsletter.store.readership import Readership
from newsletter.store.renewals import Renewals
from newsletter.store.segments import Segments
from newsletter.store.signups import Signups
from newsletter.store.slots import Slots
from newsletter.store.sources import Sources
from newsletter.store.subscribers import Subscribers
from newsletter.store.summaries import Summaries
from newsletter.store.suppressions import Suppressions
from newsletter.store.waivers import Waivers
from newsletter.store.workers import Workers


class Store:
    """An open database. ``url`` as in ``store.engine.open_engine``; use ``close`` or a ``with`` block at the end.

    ``seal`` hashes the addresses that must not be written to.
    """

    def __init__(self, url: str, seal: Seal = OPEN_SEAL) -> None:
        self.engine: Engine = open_engine(url)
        self.accounts = Accounts(self.engine)
        self.address_changes = AddressChanges(self.engine, seal)
        self.articles = Articles(self.engine)
        self.audit = Audit(self.engine)
        self.consents = Consents(self.engine)
        self.edits = Edits(self.engine)
        self.endings = Endings(self.engine)
        self.erasure = Erasure(self.engine, seal)
        self.frozen = Frozen(self.engine)
        self.instance = Instance(self.engine)
        self.issues = Issues(self.engine)
        self.ledger = Ledger(self.engine)
        self.letters = Letters(self.engine)
        self.newsletters = Newsletters(self.engine)
        self.notices = Notices(self.engine)
        self.past_issues = PastIssues(self.engine)
        self.pictures = Pictures(self.engine)
        self.rates = Rates(self.engine)
        self.readership = Readership(self.engine)
        self.renewals = Renewals(self.engine, seal)
        self.segments = Segments(self.engine)
        self.signups = Signups(self.engine, seal)
        self.slots = Slots(self.engine)
        self.sources = Sources(self.engine)
        self.subscribers = Subscribers(self.engine, seal)
        self.summaries = Summaries(self.engine)
        self.suppressions = Suppressions(self.engine, seal)
        self.waivers = Waivers(self.engine)
        self.workers = Workers(self.engine)

    @property
    def is_file(self) -> bool:
        """Whether the database is a file on this machine and not a server."""
        return self.engine.dialect.name == "sqlite"

    def upgrade(self) -> bool:
        """Bring the schema to this version; return whether anything was missing."""
        return upgrade(self.engine)

    def require_current(self) -> None:
        """Raise ``StoreError`` with the way out unless the schema is this version's."""
        require_current(self.engine)

    def differences(self) -> list[str]:
        """Where the schema is not what this version wants."""
        return differences(self.engine)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
