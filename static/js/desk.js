// Everything the desk does beyond plain pages.
import "./menus.js";
import "./dialogs.js";
import "./preferences.js";
import * as clocks from "./clocks.js";
import * as composer from "./composer.js";
import * as drafts from "./drafts.js";
import * as expander from "./expander.js";
import * as files from "./files.js";
import * as keys from "./keys.js";
import * as listing from "./listing.js";
import * as live from "./live.js";
import * as palette from "./palette.js";
import * as panes from "./panes.js";
import * as presence from "./presence.js";
import * as toolbox from "./toolbox.js";

composer.watch();
drafts.watch();
files.watch();
listing.watch();
panes.watch();
palette.watch();
toolbox.watch();
presence.watch();
expander.watch();
keys.watch();
clocks.tick();
live.listen();
