"""The ledger as a sender uses it: batches and their rows behind one name."""

from newsletter.store.batches import Batches
from newsletter.store.deliveries import Deliveries


class Ledger(Batches, Deliveries):
    """See ``deliver.sender.WholeLedger``."""
