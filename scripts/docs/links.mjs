/** Links and anchors of Markdown pages. */

/** Where the links of a line of Markdown lead: `[text](target)`, `![image](target)`, `[name]: target`. */
export function linksOf(line) {
  const prose = line.replace(/`[^`]*`/g, '``');
  const inline = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)];
  const named = [...prose.matchAll(/^\s*\[[^\]^]+\]:\s+<?([^\s>]+)/g)];
  return [...inline, ...named].map(([, target]) => target);
}

/** The anchors of a page, made of its headings as GitHub makes them. */
export function anchorsOf(text) {
  const anchors = new Set([...text.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)].map(([, id]) => id));
  const seen = new Map();
  for (const [, heading] of text.replace(/^(`{3,}|~{3,})[\s\S]*?^\1/gm, '').matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return anchors;
}
