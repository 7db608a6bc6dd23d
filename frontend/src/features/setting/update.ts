import { graphql } from '@/gql'

export const UpdateProject = graphql(/* GraphQL */ `
  mutation UpdateProject($input: UpdateProjectInput!) {
    updateProject(input: $input) {
      project {
        id
        name
        ...ProjectTexts
        ...ProjectVariables
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`)
