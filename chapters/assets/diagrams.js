// The theme fetches Mermaid from another host unless a global `mermaid` is there already.
// This one stands in for it, and loads our own copy when the first diagram is to be drawn.
(() => {
  const address = new URL("mermaid/mermaid.tiny.js", document.currentScript.src).href;
  const smallest = "34rem";
  let options = {};
  let loading;

  // `class name here` in a flowchart marks the part that a page is about.
  const here = `
    .node.here > * { fill: var(--md-primary-fg-color) !important; stroke: var(--md-primary-fg-color) !important; }
    .node.here .label, .node.here .label * { color: var(--md-primary-bg-color) !important; fill: none !important; stroke: none !important; }
  `;

  const load = () => {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = () => {
        const ours = window.mermaid;
        ours.initialize(options);
        window.mermaid = standIn;
        resolve(ours);
      };
      script.onerror = () => reject(new Error(`diagrams are not drawn: ${address} did not load`));
      document.head.append(script);
    });
    return loading;
  };

  // A diagram shrinks with the page until its words get too small; then it scrolls in its place.
  const keepReadable = (svg) =>
    svg.replace(/max-width: ([\d.]+px);/, `max-width: $1; min-width: min($1, ${smallest});`);

  const letKeyboardScroll = () => {
    for (const diagram of document.querySelectorAll("div.mermaid"))
      if (diagram.scrollWidth > diagram.clientWidth) diagram.tabIndex = 0;
  };

  const standIn = {
    initialize: (given) => { options = { ...given, themeCSS: (given.themeCSS ?? "") + here }; },
    render: async (id, source) => {
      const drawn = await (await load()).render(id, source);
      requestAnimationFrame(letKeyboardScroll);
      return { ...drawn, svg: keepReadable(drawn.svg) };
    },
  };
  window.mermaid = standIn;
  addEventListener("resize", letKeyboardScroll);
})();
