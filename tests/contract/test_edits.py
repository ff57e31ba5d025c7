from builders import NOW, issue, newsletter
from newsletter.model.edit import Edit, EditKind
from newsletter.store.store import Store

DROP = Edit(kind=EditKind.DROP, target="a2", value="old")
SUBJECT = Edit(kind=EditKind.SUBJECT, target="", value="This week")


def _drafted(store: Store) -> int:
    letter = store.newsletters.save(newsletter())
    return store.issues.save_draft(letter.id or 0, issue(), actor="t", now=NOW).id or 0


def test_edits_come_back_with_who_made_them_and_when(store: Store) -> None:
    issue_id = _drafted(store)
    store.edits.put(issue_id, [DROP, SUBJECT], actor="ann", now=NOW)
    assert [(e.kind, e.target, e.value, e.actor, e.at) for e in store.edits.of(issue_id)] == [
        (EditKind.DROP, "a2", "old", "ann", NOW),
        (EditKind.SUBJECT, "", "This week", "ann", NOW),
    ]
    assert store.edits.of_newsletter(1) == {issue_id: store.edits.of(issue_id)}


def test_a_later_edit_takes_the_place_of_an_earlier_one_of_its_kind(store: Store) -> None:
    issue_id = _drafted(store)
    for words in ("first", "second"):
        store.edits.put(issue_id, [Edit(kind=EditKind.SUBJECT, target="", value=words)], actor="ann", now=NOW)
    assert [edit.value for edit in store.edits.of(issue_id)] == ["second"]


def test_undoing_takes_back_all_edits_on_an_item_or_one_kind(store: Store) -> None:
    issue_id = _drafted(store)
    headline = Edit(kind=EditKind.HEADLINE, target="a2", value="x")
    store.edits.put(issue_id, [DROP, headline, SUBJECT], actor="ann", now=NOW)
    assert store.edits.undo(issue_id, "a2", kind="headline", actor="ann", now=NOW) == 1
    assert store.edits.undo(issue_id, "a2", actor="ann", now=NOW) == 1
    assert store.edits.undo(issue_id, "a2", actor="ann", now=NOW) == 0
    assert [edit.kind for edit in store.edits.of(issue_id)] == [EditKind.SUBJECT]


def test_every_edit_and_undoing_is_in_the_audit_trail(store: Store) -> None:
    issue_id = _drafted(store)
    store.edits.put(issue_id, [DROP], actor="ann", now=NOW)
    store.edits.undo(issue_id, "a2", actor="bea", now=NOW)
    trail = [(entry.actor, entry.action) for entry in store.audit.of(f"issue {issue_id}")]
    assert trail[-2:] == [("ann", "issue.edited"), ("bea", "issue.edit_undone")]
