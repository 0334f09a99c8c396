// The theme fetches Mermaid from another host unless a global `mermaid` is there already.
// This one stands in until the first diagram is to be drawn, and then loads our own copy.
(() => {
  const address = new URL("mermaid/mermaid.tiny.js", document.currentScript.src).href;
  let options = {};
  let loading;

  const load = () => {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = () => {
        window.mermaid.initialize(options);
        resolve(window.mermaid);
      };
      script.onerror = () => reject(new Error(`diagrams are not drawn: ${address} did not load`));
      document.head.append(script);
    });
    return loading;
  };

  window.mermaid = {
    initialize: (given) => { options = given; },
    render: async (id, source) => (await load()).render(id, source),
  };
})();
