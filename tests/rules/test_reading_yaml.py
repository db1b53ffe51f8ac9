"""Anchors let a file say a thing once; what is written in place always counts over what is merged in."""

from rules.schema.nodes import parse_yaml, plain


def test_merged_keys_lie_underneath_the_written_ones() -> None:
    """A case is read as: like that one, but for these facts."""
    text = "- facts: &one {a: 1, b: 2}\n- facts: {<<: *one, b: 3}\n"

    node, findings = parse_yaml(text, "cases.yaml")

    assert node is not None
    assert not findings
    assert plain(node) == [{"facts": {"a": 1, "b": 2}}, {"facts": {"a": 1, "b": 3}}]


def test_of_several_merged_mappings_the_first_named_counts() -> None:
    """The order of YAML itself, so that an editor shows the same thing."""
    text = "one: &one {a: 1, b: 2}\ntwo: &two {b: 9, c: 3}\nall: {<<: [*one, *two]}\n"

    node, findings = parse_yaml(text, "cases.yaml")

    assert node is not None
    assert not findings
    assert plain(node)["all"] == {"a": 1, "b": 2, "c": 3}


def test_a_key_that_stands_twice_is_still_found() -> None:
    """Merging must not hide a slip of the pen."""
    _node, findings = parse_yaml("one: &one {a: 1}\ntwo: {<<: *one, b: 1, b: 2}\n", "cases.yaml")

    assert [finding.code for finding in findings] == ["duplicate_key"]
