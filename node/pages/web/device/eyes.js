/** Reading QR codes with the camera, where the browser can do that by itself; never required. */

const PAUSE_MS = 150;

/**
 * @param {HTMLVideoElement} video where the picture of the camera is shown
 * @returns {Promise<((seen: (text: string) => unknown, done: () => boolean) => Promise<void>) | null>}
 *     looks until it is done; null where the browser cannot (plain http, or no such thing)
 */
export async function eyes(video) {
  const Detector = globalThis.BarcodeDetector;
  if (Detector === undefined || navigator.mediaDevices === undefined) {
    return null;
  }
  const formats = await Detector.getSupportedFormats().catch(() => []);
  if (!formats.includes('qr_code')) {
    return null;
  }
  return async (seen, done) => {
    const detector = new Detector({ formats: ['qr_code'] });
    const asked = { video: { facingMode: 'environment' } };
    const stream = await navigator.mediaDevices.getUserMedia(asked);
    try {
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
      while (!done()) {
        for (const code of await detector.detect(video).catch(() => [])) {
          await seen(code.rawValue);
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    } finally {
      video.hidden = true;
      stream.getTracks().forEach((track) => track.stop());
    }
  };
}
