"""Completion in bash: what it offers is what the command line takes."""
import re
import subprocess

import program


def script():
    return program.result_of("completion", "bash") + "\n"


def offered(*words):
    """What bash offers for the last of the words."""
    quoted = " ".join(f"'{word}'" for word in ("accubooks", *words))
    asked = f'COMP_WORDS=({quoted}); COMP_CWORD={len(words)}; _accubooks; printf "%s\\n" "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "--norc", "-c", script() + asked], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.split()


def commands_below(*path):
    """As the help of a command lists them."""
    text = program.result_of(*path, "--help")
    return re.findall(r"^  (\S+)", text.partition("Subcommands:\n")[2], re.MULTILINE)


def check_commands(*path):
    below = commands_below(*path)
    assert set(below) <= set(offered(*path, ""))
    for name in below:
        check_commands(*path, name)


def test_every_command_is_offered_where_it_belongs():
    assert {"serve", "import", "export", "completion"} <= set(commands_below())
    check_commands()


def test_a_word_that_was_begun_is_ended():
    assert offered("ver") == ["verify"]
    assert offered("report", "bal") == ["balance-sheet"]
    assert offered("verify", "--arch") == ["--archive"]
    assert offered("serve", "--nothing") == []


def test_an_option_is_followed_by_what_it_may_be():
    assert offered("report", "trial-balance", "--format", "") == ["table", "csv", "json", "xlsx"]
    assert offered("export", "--format", "j") == ["jsonl"]
    assert "application/pdf" in offered("attachment", "add", "--type", "")


def test_where_a_file_may_stand_the_shell_completes_files():
    assert offered("verify", "--archive", "") == []
    assert "complete -o default -F _accubooks accubooks" in script()
