from builders import NOW, newsletter
from compose.harbour import FARES, SLOT
from newsletter.compose.digest import compose
from newsletter.model.waiver import Waiver
from newsletter.store.store import Store


def waiver(fingerprint: str = "a" * 64, reason: str = "The mayor says so.") -> Waiver:
    return Waiver(
        fingerprint=fingerprint, ref="names:a1", sentence="Two spellings.", reason=reason, actor="Ada", at=NOW
    )


def drafted(store: Store) -> int:
    letter = store.newsletters.save(newsletter())
    store.articles.add(FARES, now=NOW)
    issue = compose(letter, SLOT, store.articles.all(), number=1, now=NOW)
    return int(store.issues.save_draft(letter.id or 0, issue, actor="test", now=NOW).id or 0)


def test_a_waiver_is_kept_with_its_reason_and_is_on_record(store: Store) -> None:
    issue_id = drafted(store)
    store.waivers.put(issue_id, [waiver(), waiver("b" * 64)])
    assert [one.fingerprint for one in store.waivers.of(issue_id)] == ["a" * 64, "b" * 64]
    assert store.waivers.of(issue_id)[0] == waiver()
    trail = [entry for entry in store.audit.of(f"issue {issue_id}") if entry.action == "issue.warning_waived"]
    assert [(entry.actor, entry.detail["reason"]) for entry in trail] == [("Ada", "The mayor says so.")] * 2


def test_a_new_reason_takes_the_place_of_an_earlier_one(store: Store) -> None:
    issue_id = drafted(store)
    store.waivers.put(issue_id, [waiver()])
    store.waivers.put(issue_id, [waiver(reason="Asked again.")])
    assert [one.reason for one in store.waivers.of(issue_id)] == ["Asked again."]


def test_a_waiver_of_one_issue_is_none_of_another(store: Store) -> None:
    issue_id = drafted(store)
    store.waivers.put(issue_id, [waiver()])
    assert store.waivers.of(issue_id + 1) == ()
