/** Shows a link in the part of class `handing`: as a picture, as text, to share, copy and print. */

const SVG = 'http://www.w3.org/2000/svg';
const BORDER = 4; // as wide as the standard asks, or phones do not find it

/**
 * @param {Element} place
 * @param {string} path with whatever stands behind its #
 */
export async function hand(place, path) {
  const shown = place.querySelector('.handing');
  const url = location.origin + path;
  const text = shown.querySelector('.link');
  text.value = url;
  shown.hidden = false;
  shown.querySelector('.print').onclick = () => print();
  const copied = shown.querySelector('.copied');
  shown.querySelector('.copy').onclick = async () => {
    text.select();
    try {
      await navigator.clipboard.writeText(url);
      copied.hidden = false;
    } catch {
      copied.hidden = !document.execCommand('copy'); // all there is on plain http
    }
  };
  const share = shown.querySelector('.share');
  share.hidden = navigator.share === undefined;
  share.onclick = () => navigator.share({ url }).catch(() => {});
  shown.querySelector('.qr').replaceChildren(await picture(url));
}

async function picture(text) {
  const { encodeQR } = await import('qr');
  const rows = encodeQR(text, 'raw', { border: BORDER, ecc: 'medium' });
  const size = rows.length;
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${size} ${size}`);
  const dots = rows.flatMap((row, y) =>
    row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')),
  );
  const ground = document.createElementNS(SVG, 'path');
  ground.setAttribute('d', `M0 0h${size}v${size}H0z`);
  ground.setAttribute('class', 'light');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', dots.join(''));
  svg.append(ground, path);
  return svg;
}
