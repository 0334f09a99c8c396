// What the theme leaves out for those who read with the keyboard or a screen reader.
addEventListener("load", () => {
  for (const dialog of document.querySelectorAll("[role=dialog]:not([aria-label])"))
    dialog.setAttribute("aria-label", "Search");

  // A table wider than the page scrolls, so the keyboard must reach it.
  for (const table of document.querySelectorAll(".md-typeset__scrollwrap"))
    table.tabIndex = 0;

  // The numbers of a listing's lines are links for the mouse, not a thousand stops for the Tab key.
  for (const number of document.querySelectorAll(".highlight a[href^='#__codelineno']")) {
    number.tabIndex = -1;
    number.setAttribute("aria-hidden", "true");
  }
});
