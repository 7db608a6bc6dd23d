// Package exchange is what other tools have of the inventory over HTTP, without speaking GraphQL: sources that they read
// (Ansible, Prometheus, ssh), exports of filtered lists, and webhooks by which they report. All of it is seen with the
// viewer's own eyes: the policies of the models hold, and a token sees and does what its scopes let it.
package exchange
