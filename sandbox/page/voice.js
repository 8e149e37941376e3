/** Voice messages, recorded with the microphone where the browser has one to lend. */

const MOST = 300; // seconds

/** Whether this browser can record. */
export const able = () => Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);

/** Begin to record: `stop()` gives the sound and its seconds, `drop()` forgets it. */
export async function record() {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream);
  const [pieces, begun] = [[], Date.now()];
  const seconds = () => Math.max(1, Math.round((Date.now() - begun) / 1000));
  const ended = new Promise((done) => {
    recorder.ondataavailable = ({ data }) => pieces.push(data);
    recorder.onstop = () => { stream.getTracks().forEach((track) => track.stop()); done(); };
  });
  const end = async () => {
    clearTimeout(limit);
    if (recorder.state !== 'inactive') recorder.stop();
    await ended;
  };
  const limit = setTimeout(end, MOST * 1000);
  recorder.start();
  return {
    seconds,
    drop: end,
    async stop() {
      const duration = Math.min(seconds(), MOST);
      await end();
      return { sound: new Blob(pieces, { type: recorder.mimeType }), duration };
    },
  };
}
