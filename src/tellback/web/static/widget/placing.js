// Where a survey is shown: the addresses of a rule, and the element of an inline one.

const glob = (pattern) =>
  new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*")}/?$`);

/** Whether a pattern means an address: a path, with ? or # also what comes then, or a whole URL. */
const means = (pattern, url) => {
  const whole = pattern.includes("://");
  const asked = pattern.includes("?") ? url.search : "";
  const placed = pattern.includes("#") ? url.hash : "";
  return glob(pattern).test((whole ? url.origin : "") + url.pathname + asked + placed);
};

/** Whether a rule's survey is shown at an address. */
const fits = (rule, url) => {
  const without = rule.pages.filter((one) => one.startsWith("!"));
  const within = rule.pages.filter((one) => !one.startsWith("!"));
  return (
    !without.some((one) => means(one.slice(1), url)) &&
    (within.length === 0 || within.some((one) => means(one, url)))
  );
};

/** The element that an inline survey goes into, if the page has it now. */
const elementFor = (survey, target) => {
  const own = document.querySelector(`[data-tellback="${CSS.escape(survey)}"]`);
  try {
    return own || (target ? document.querySelector(target) : null);
  } catch {
    return null; // No selector at all.
  }
};
