/**
 * One thing that set-up brings about.
 * @typedef {object} Step
 * @property {string} name
 * @property {string} byHand the command with which a reader does the same, for when it failed
 * @property {Step[]} after steps that must have succeeded before
 * @property {import('../tools.mjs').ToolName[]} uses what the machine must have even when the step is done
 * @property {import('../tools.mjs').ToolName[]} needs what it must have besides for the step to run
 * @property {() => boolean} isDone quick: asked at every start
 * @property {() => Promise<void>} run
 */
export {};
