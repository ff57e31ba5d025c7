"""The command ``newsletter WORDS...`` with batches so small that a short list has several."""

from newsletter.store import batches

READERS = 40


if __name__ == "__main__":
    batches.SIZE = READERS
    from newsletter.__main__ import main

    main()
