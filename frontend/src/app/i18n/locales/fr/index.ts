import auth from './auth.json'
import common from './common.json'
import form from './form.json'
import home from './home.json'
import project from './project.json'
import resource from './resource.json'
import run from './run.json'
import shell from './shell.json'
import template from './template.json'

export default { auth, common, form, home, project, resource, run, shell, template }
