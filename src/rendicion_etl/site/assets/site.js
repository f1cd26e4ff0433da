// The site works without this file: it only searches and sorts what the page already holds.
