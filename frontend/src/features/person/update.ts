import { graphql } from '@/gql'

export const UpdateUser = graphql(/* GraphQL */ `
  mutation UpdateUser($input: UpdateUserInput!) {
    updateUser(input: $input) {
      user {
        id
        ...PersonListItem
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)
