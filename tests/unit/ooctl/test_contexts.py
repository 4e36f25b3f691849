"""Named daemons: read strictly, changed line by line, and never at the cost of what a user wrote."""

import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ooctl import contexts
from ooctl.contexts import Context
from ooctl.exits import ClientError, ExitStatus


@pytest.fixture
def env(tmp_path):
    return {"XDG_CONFIG_HOME": str(tmp_path)}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "ooctl" / "config.toml"


def test_nothing_is_there_at_first(env, file):
    found = contexts.load(env)
    assert (found.file, found.current, dict(found.known)) == (file, "", {})


def test_the_first_is_the_current_one_and_the_file_is_private(env, file):
    contexts.add(env, Context("home", "unix:/run/x.sock"), is_current=False)
    contexts.add(env, Context("office", "10.0.0.1:50051"), is_current=False)
    found = contexts.load(env)
    assert found.current == "home"
    assert list(found.known) == ["home", "office"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert contexts.use(env, "office").current == "office"
    assert contexts.load(env).current == "office"
    assert contexts.remove(env, "office").current == ""
    assert list(contexts.load(env).known) == ["home"]
    assert list(file.parent.iterdir()) == [file]


def test_comments_and_order_stay(env, file):
    file.parent.mkdir()
    file.write_text(
        "# mine\ncurrent = 'home' # for now\n\n[contexts.home]\n# on my desk\ndaemon = '/h'\n\n"
        '[contexts.office]\n# third floor\ndaemon = "10.0.0.1:1"\n'
    )
    contexts.add(env, Context("home", "unix:/new"), is_current=False)
    contexts.use(env, "office")
    text = file.read_text()
    assert "# mine" in text
    assert "# third floor" in text
    found = contexts.load(env)
    assert found.current == "office"
    assert {name: each.daemon for name, each in found.known.items()} == {"home": "unix:/new", "office": "10.0.0.1:1"}


def test_a_file_in_another_style_is_left_alone(env, file):
    file.parent.mkdir()
    text = 'contexts = { home = { daemon = "/h" }, office = { daemon = "/o" } }\n'
    file.write_text(text)
    assert contexts.use(env, "home").current == "home"
    file.write_text(text)
    with pytest.raises(ClientError, match="change it with an editor"):
        contexts.remove(env, "home")
    assert file.read_text() == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("current = ", "it is no TOML"),
        ("curent = 'a'", "there is no setting 'curent'; did you mean current?"),
        ("current = 'a'", 'there is no context "a"'),
        ("current = 3", "`current` is a text"),
        ("contexts = 3", "`contexts` a table"),
        ("[contexts.a]", 'context "a" has no `daemon`'),
        ("[contexts.a]\ndaemon = 3", 'context "a" has no `daemon`'),
        ("[contexts.a]\ndaemon = '/x'\ndeamon = '/y'", "there is no setting 'deamon'; did you mean daemon?"),
    ],
)
def test_what_is_wrong_is_one_sentence_that_names_the_file(env, file, text, why):
    file.parent.mkdir()
    file.write_text(text)
    with pytest.raises(ClientError) as caught:
        contexts.load(env)
    assert caught.value.status is ExitStatus.USAGE
    assert str(file) in caught.value.sentence
    assert why in caught.value.sentence
    assert "\n" not in caught.value.sentence


def test_a_named_file_must_be_there(tmp_path):
    with pytest.raises(ClientError, match="OOCTL_CONFIG names it"):
        contexts.load({"OOCTL_CONFIG": str(tmp_path / "none.toml")})


@pytest.mark.parametrize("name", ["", "a b", "a.b", "-a", "ä", "a" * 33, 'a"b', "a\nb"])
def test_a_name_that_is_none_is_refused(env, file, name):
    with pytest.raises(ClientError) as caught:
        contexts.add(env, Context(name, "/x"), is_current=False)
    assert caught.value.status is ExitStatus.USAGE
    assert not file.exists()


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "ooctl").write_text("in the way")
    with pytest.raises(ClientError, match=r"cannot be (read|written)"):
        contexts.add({"XDG_CONFIG_HOME": str(tmp_path)}, Context("home", "/x"), is_current=False)


@settings(max_examples=60, deadline=None)
@given(
    orders=st.lists(st.tuples(st.sampled_from(["add", "use", "remove"]), st.sampled_from("abc"), st.text(max_size=8)), max_size=12)
)
def test_whatever_is_done_the_file_says_it(tmp_path_factory, orders):
    env = {"XDG_CONFIG_HOME": str(tmp_path_factory.mktemp("c"))}
    known, current = {}, ""
    for what, name, address in orders:
        if what == "add":
            contexts.add(env, Context(name, address), is_current=False)
            current = current if known else name
            known[name] = address
        elif name in known:
            (contexts.use if what == "use" else contexts.remove)(env, name)
            current = name if what == "use" else ("" if current == name else current)
            known = known if what == "use" else {key: each for key, each in known.items() if key != name}
        else:
            with pytest.raises(ClientError):
                (contexts.use if what == "use" else contexts.remove)(env, name)
        found = contexts.load(env)
        assert (found.current, {key: each.daemon for key, each in found.known.items()}) == (current, known)
