/** Thrown inside the importers where something cannot be said in our languages; becomes the reason a rule is not run. */
export class NotExpressible extends Error {}
