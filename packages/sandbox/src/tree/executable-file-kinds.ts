/** One kind of file that a person's own tools run by themselves. */
export interface ExecutableFileKind {
  /** The end of a sentence that begins with the file's name. */
  readonly reason: string;
  /** Globs on the last components of a path, separated by white space. */
  readonly names?: string;
  /** Folders whose whole content counts, wherever they are. */
  readonly folders?: string;
  /** They run it without being told to, at a commit, when the folder or a shell is opened. Default: false. */
  readonly unasked?: true;
}

/**
 * An agent that cannot act outside its sandbox can still leave a file that acts when the person next commits, builds,
 * installs, or only opens the folder; so these are shown first. The table errs on the side of listing too much. The first
 * kind that fits counts: what runs unasked stands before the rest of its tool.
 */
export const executableFileKinds: readonly ExecutableFileKind[] = [
  {
    reason: 'is run by git by itself',
    // `config` and hooks wherever they are: of a bare repository, a submodule, a worktree, or where `core.hooksPath` leads.
    names: `.git config config.worktree commondir git-rebase-todo .gitconfig .hg/hgrc .hgrc .jj/repo/config.toml
      applypatch-msg pre-applypatch post-applypatch pre-commit pre-merge-commit prepare-commit-msg commit-msg post-commit
      pre-rebase post-checkout post-merge pre-push post-rewrite pre-auto-gc fsmonitor-watchman sendemail-validate
      reference-transaction post-index-change`,
    folders: '.git/hooks .githooks .husky .config/git .git/rebase-merge .git/rebase-apply .git/sequencer',
    unasked: true,
  },
  {
    reason: 'is run by git hook managers',
    names: '.pre-commit-config.yaml .pre-commit-config.yml lefthook.yml lefthook.yaml .lefthook.yml .lefthook.yaml',
    unasked: true,
  },
  { reason: 'is run by git', names: '.gitmodules .gitattributes .lintstagedrc*', folders: '.git' },
  { reason: 'is run by other version control', folders: '.hg .svn .jj' },
  {
    reason: 'is run by make and its relatives',
    names: `Makefile GNUmakefile Makefile.* *.mk *.make justfile .justfile Taskfile.yml Taskfile.yaml Rakefile meson.build
      CMakeLists.txt *.cmake CMakePresets.json SConstruct SConscript build.ninja configure configure.ac Tiltfile BUILD
      BUILD.bazel WORKSPACE WORKSPACE.bazel MODULE.bazel *.bzl .bazelrc`,
  },
  {
    reason: 'is run by npm and its relatives',
    names: `package.json package-lock.json npm-shrinkwrap.json .npmrc .pnpmfile.cjs
      pnpm-workspace.yaml deno.json deno.jsonc bunfig.toml`,
    folders: '.yarn node_modules/.bin',
  },
  {
    reason: 'is run by JavaScript tools',
    names: `*.config.js *.config.cjs *.config.mjs *.config.ts *.config.cts *.config.mts .eslintrc* .babelrc* .prettierrc*
      .stylelintrc* .mocharc* Gruntfile.* gulpfile.*`,
  },
  {
    reason: 'is run by Python tools',
    names: `setup.py setup.cfg pyproject.toml conftest.py tox.ini noxfile.py pytest.ini tasks.py fabfile.py manage.py
      sitecustomize.py usercustomize.py requirements*.txt Pipfile pip.conf *.pth`,
  },
  {
    reason: 'is run by Java tools',
    names: `*.gradle *.gradle.kts gradle.properties gradlew gradlew.bat pom.xml mvnw mvnw.cmd build.xml build.sbt
      project/*.sbt project/*.scala`,
    folders: '.mvn gradle/wrapper',
  },
  {
    reason: 'is run by Rust tools',
    names: 'build.rs Cargo.toml .cargo/config .cargo/config.toml rust-toolchain rust-toolchain.toml',
  },
  {
    reason: 'is run by other build tools',
    names: `Gemfile *.gemspec .rspec composer.json mix.exs go.mod go.work *.csproj *.fsproj *.vbproj *.props *.targets
      nuget.config Package.swift Podfile flake.nix shell.nix default.nix Vagrantfile Procfile* dub.json stack.yaml
      *.cabal Brewfile`,
  },
  {
    reason: 'is run by a CI server',
    names: `.gitlab-ci.yml .gitlab-ci.yaml .travis.yml Jenkinsfile* azure-pipelines*.yml azure-pipelines*.yaml
      bitbucket-pipelines.yml .drone.yml .woodpecker.yml .woodpecker.yaml appveyor.yml cloudbuild.yaml action.yml
      action.yaml`,
    folders: '.github/workflows .github/actions .gitlab .circleci .woodpecker .buildkite .ci',
  },
  {
    reason: 'builds or starts containers',
    names: `Dockerfile Dockerfile.* *.dockerfile Containerfile Containerfile.* compose*.yml compose*.yaml
      docker-compose*.yml docker-compose*.yaml skaffold.yaml`,
  },
  {
    reason: 'changes infrastructure',
    names: `*.tf *.tofu *.tfvars ansible.cfg playbook*.yml playbook*.yaml Pulumi.yaml serverless.yml helmfile.yaml
      Chart.yaml`,
  },
  {
    reason: 'is run by an editor that opens the folder',
    names: '*.code-workspace .vimrc .nvimrc .exrc .nvim.lua .dir-locals.el *.sublime-project .devcontainer.json',
    folders: '.vscode .idea .fleet .zed .vim .devcontainer',
    unasked: true,
  },
  {
    reason: 'is run by an AI assistant that opens the folder',
    names: '.mcp.json .claude.json opencode.json opencode.jsonc',
    folders: '.claude .codex .cursor .openclaw .gemini .opencode .windsurf .continue',
    unasked: true,
  },
  {
    reason: 'gives orders to an AI assistant',
    names: 'AGENTS.md CLAUDE.md GEMINI.md .cursorrules .windsurfrules .clinerules .github/copilot-instructions.md',
    folders: '.github/prompts',
  },
  {
    reason: 'is run by a shell by itself',
    names: `.envrc .tool-versions mise.toml .mise.toml .bashrc .bash_profile .bash_login .bash_logout .bash_aliases
      .bash_env .zshrc .zshenv .zprofile .zlogin .zlogout .profile .kshrc .cshrc .tcshrc .login .logout .inputrc
      config.fish`,
    folders: '.config/fish .config/autostart .config/systemd .direnv',
    unasked: true,
  },
  { reason: 'is read by a shell', names: '.env .env.*' },
  { reason: 'is run by ssh', folders: '.ssh .gnupg', unasked: true },
  { reason: 'is run by yarn before its command', names: '.yarnrc .yarnrc.yml', unasked: true },
  {
    reason: 'gives orders to other programs',
    names: `.gdbinit .lldbinit .wgetrc .curlrc .netrc .psqlrc .Rprofile .irbrc .pryrc .pythonrc .tmux.conf .screenrc
      crontab .editorconfig *.service *.timer *.desktop *.plist *.reg`,
  },
  {
    reason: 'is a program or a script',
    names: `*.sh *.bash *.zsh *.fish *.ksh *.csh *.command *.bat *.cmd *.ps1 *.psm1 *.psd1 *.vbs *.vbe *.jse *.wsf *.hta
      *.scr *.com *.exe *.msi *.dll *.so *.so.* *.dylib *.jar *.war *.appimage *.run *.bin *.deb *.rpm *.apk *.dmg *.pkg
      *.applescript *.scpt *.ipynb *.awk *.pl *.lua *.tcl`,
  },
  {
    reason: 'runs macros in an office program',
    names: '*.docm *.dotm *.xlsm *.xltm *.xlam *.xlsb *.xll *.pptm *.potm *.ppam *.ppsm *.iqy *.slk',
  },
];
