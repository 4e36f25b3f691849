// Made with the state reader. True once the page shows more messages than it did.
(pageState) => ([spec, count]) => pageState(spec).alerts.length > count
