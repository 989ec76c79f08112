"""How a stranger checks a bundle: verify/VERIFY.txt and verify/verify.sh."""

from __future__ import annotations

from importlib import resources

from diary.bundle import names
from diary.bundle.contents import Contents
from diary.bundle.pages import code, page, paragraph
from diary.proof.verify import fingerprint
from diary.text import N_

# What is typed as it stands, in every language.
SHELL = "sh verify/verify.sh"
BY_HAND = "sha256sum -c tagmanifest-sha256.txt\nsha256sum -c manifest-sha256.txt"
PROOF = "python -m diary.proof %(folder)s.zip"
POWERSHELL = """\
foreach ($list in "tagmanifest-sha256.txt", "manifest-sha256.txt") {
  Get-Content $list | ForEach-Object {
    $want, $path = $_ -split "  ", 2
    $have = (Get-FileHash -Algorithm SHA256 -LiteralPath $path).Hash
    if ($have -eq $want) { "OK      $path" } else { "FAILED  $path" } } }"""

BY_ITSELF = N_(
    "A file that was ADDED is not found by sha256sum -c: verify.sh and"
    " python -m diary.proof look for such files too."
)
NEEDS = N_('It needs Python and its package "cryptography", and no account.')
ONE_RECORD = N_(
    "data/machine/proofs/ has one .bin file for each record version: 32 random bytes"
    ' and then the record as it was sealed. Its sha256sum is the "commitment" in'
    " data/machine/bundle.json. The commitment is in a line of the service's log;"
    " paths.json leads from that line to the root in checkpoint.txt (RFC 6962), which"
    " is signed (Ed25519, C2SP signed-note) with the key of verify/log.pub."
)
COMPARE = N_(
    "Compare it with the one that the service publishes: the address of the service"
    " with /log-key behind it gives the same line as verify/log.pub. Or check both at"
    ' once:  python -m diary.proof --log-key "THAT LINE" %(folder)s.zip'
)
COPIES = N_(
    "A DERIVED copy was not changed since it was made. Whether it stems from the version that it"
    " names, the writer's own diary shows, and nothing in this bundle."
)
SHOWN = (
    N_(
        "The manifests: no file was damaged on its way. Whoever changes a file on purpose"
        " can change the manifests as well; then only these two show it:"
    ),
    N_(
        "The signature in tagmanifest-sha256.txt.sig (python -m diary.proof, with the key"
        " that the service publishes): nothing was added, left out or changed since the"
        " service made the bundle."
    ),
    N_(
        "The SHA-256 of the whole zip: the bundle is the one she handed over. She can"
        " read it out to you; it is listed with what she has handed over."
    ),
    N_(
        "The log: a record was received no later than the checkpoint was signed, in the"
        " words that you see, and was not changed, moved or back-dated after that. The"
        " times of receipt rest on the service's clock; they are not yet time-stamped by"
        " an outside authority."
    ),
    N_("None of them shows that something is true, who did it, or when it happened."),
)


def how_to_verify(contents: Contents) -> bytes:
    """Write verify/VERIFY.txt."""
    say, folder = contents.say, names.folder(contents.reference, contents.made_at)
    proof = code(PROOF % {"folder": folder})
    key = say(N_("This key came with the bundle. Its fingerprint is"))
    shown = (*SHOWN[:-1], COPIES, SHOWN[-1]) if contents.copies() else SHOWN
    heading = N_("ON WINDOWS (PowerShell, in the folder %(folder)s)")
    return page(
        say(N_("HOW TO CHECK THIS BUNDLE")),
        say(N_("Unpack the zip. The bundle is a BagIt bag (RFC 8493).")),
        "\n".join(
            [
                say(N_("ON LINUX OR A MAC")), code(SHELL),
                say(N_("or by hand, in the folder %(folder)s:"), folder=folder), code(BY_HAND),
                say(N_("(on a Mac: shasum -a 256 -c instead of sha256sum -c)")),
            ]
        ),
        f"{say(heading, folder=folder)}\n{code(POWERSHELL)}",
        paragraph(say(BY_ITSELF)),
        "\n".join([say(N_("THE WHOLE CHECK, WITH THE LOG")), proof, say(NEEDS)]),
        "\n".join([say(N_("ONE RECORD BY HAND")), paragraph(say(ONE_RECORD))]),
        f"{key}\n{code(fingerprint(contents.log_key))}\n{paragraph(say(COMPARE, folder=folder))}",
        "\n".join([say(N_("WHAT EACH CHECK SHOWS")), *(paragraph(say(one)) for one in shown)]),
    )  # fmt: skip


def verify_script() -> bytes:
    """Return verify/verify.sh."""
    source = resources.files("diary.bundle").joinpath("documents", "verify.sh")
    return source.read_text("utf-8").encode("ascii")
