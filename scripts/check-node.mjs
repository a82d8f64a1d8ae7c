// Says in one line when Node is too old. Written so that any Node since 8 can read it.
const needed = 26;
const running = process.versions.node;

if (Number(running.split(".")[0]) < needed) {
  console.error(
    `Cutty needs Node ${needed} or newer, and this is Node ${running}. Run "npm ci" (it brings Node ${needed} along) and start with "npm start", or install Node ${needed}.`,
  );
  process.exit(1);
}
