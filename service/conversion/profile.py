"""The private LibreOffice profile: what the office may do with a paper it does not trust.

Owns the settings only; who starts the office writes them into a fresh folder for every start.
"""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

_COMMON = "/org.openoffice.Office.Common"
_UPDATE_CHECK = "/org.openoffice.Office.Jobs/Jobs/org.openoffice.Office.Jobs:Job['UpdateCheck']/Arguments"

# LibreOffice 7.4 has no switch for all active content, hence one line for every door.
# No proxy is set on purpose: a dead proxy sends 7.4.7 into an endless loop over linked OLE objects.
_SETTINGS: tuple[tuple[str, str, bool | int], ...] = (
    # Relationships that point outside the package are not followed. Works for file:// loads only:
    # a private:stream has no referer, and a document without referer counts as trusted.
    (f"{_COMMON}/Security/Scripting", "BlockUntrustedRefererLinks", True),
    (f"{_COMMON}/Security/Scripting", "MacroSecurityLevel", 3),
    (f"{_COMMON}/Security/Scripting", "DisableMacrosExecution", True),
    (f"{_COMMON}/Security/Scripting", "OfficeBasic", 0),
    (f"{_COMMON}/Security/Scripting", "ExecutePlugins", False),
    # "Never" is 0 for Writer and 1 for Calc.
    ("/org.openoffice.Office.Writer/Content/Update", "Link", 0),
    ("/org.openoffice.Office.Calc/Content/Update", "Link", 1),
    # A killed office must not offer its last paper to the next one.
    ("/org.openoffice.Office.Recovery/AutoSave", "Enabled", False),
    ("/org.openoffice.Office.Recovery/RecoveryInfo", "Enabled", False),
    (f"{_COMMON}/Misc", "CrashReport", False),
    (f"{_COMMON}/Misc", "FirstRun", False),
    (_UPDATE_CHECK, "AutoCheckEnabled", False),
)

_JAVA_OFF = """<?xml version="1.0" encoding="UTF-8"?>
<java xmlns="http://openoffice.org/2004/java/framework/1.0" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<enabled xsi:nil="false">false</enabled>
<userClassPath xsi:nil="true"/><vmParameters xsi:nil="true"/>\
<jreLocations xsi:nil="true"/><javaInfo xsi:nil="true"/>
</java>
"""


def write_profile(folder: Path) -> None:
    """Write a fresh hardened profile into `folder`, which must not exist yet."""
    user = folder / "user"
    config = user / "config"
    config.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_registry(), encoding="utf-8")
    # LibreOffice looks for the file of its own platform and ignores the other.
    for platform in ("Linux_X86_64", "Linux_AARCH64"):
        (config / f"javasettings_{platform}.xml").write_text(_JAVA_OFF, encoding="utf-8")


def _registry() -> str:
    items = "\n".join(
        f'<item oor:path={quoteattr(path)}><prop oor:name={quoteattr(name)} oor:op="fuse">'
        f"<value>{escape(str(value).lower())}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        f"{items}\n</oor:items>\n"
    )
