// A door of its own: who installs agents reads none of their manifests.
export { type InstalledHarness, installedHarnesses, isInstalled, versionIn } from './installed-harness.ts';
export { createRecipe, type Recipe, recipeOf } from './recipe.ts';
