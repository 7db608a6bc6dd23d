// Package tfprovider is the provider through which OpenTofu and Terraform use Arpent's inventory: resources that claim
// servers and addresses and that report states, data sources for a project, its servers and a network.
//
// It is a client of the GraphQL API and of nothing else of ours. In a run it finds the server, the project and a token in its
// environment ([URLVariable], [TokenVariable], [ProjectVariable]); the token is good for that run and its project alone.
//
// A claim is named by its resource's name, since an engine tells no provider the address of a resource. From the name and what is
// claimed comes the key (see [keyOf]) under which the server gives the same claim again to whoever lost the first answer.
// docs/provider.md says what each resource takes and gives.
package tfprovider
