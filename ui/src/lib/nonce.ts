/**
 * xterm makes `<style>` elements of its own. Under `style-src 'self' 'nonce-…'` they need the page's nonce,
 * and this is the one place that can give it to them. Imported before anything that might make one.
 */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;

if (nonce) {
  const create = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = create(name, options);
    if (name.toLowerCase() === "style") element.nonce = nonce;
    return element;
  }) as typeof document.createElement;
}
