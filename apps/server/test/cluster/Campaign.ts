/** What takes too long, or too quiet a machine, for every run of the tests: `npm run campaign:cluster` sets it. */
export const isCampaign = process.env["OPWATCH_CAMPAIGN"] === "1"
