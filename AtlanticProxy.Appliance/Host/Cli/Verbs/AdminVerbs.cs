using System.CommandLine;
using AtlanticProxy.ControlPlane.Accounts;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// <c>admin create|list|role|password|require-second-factor|reset-second-factor|remove</c>: the reseller's own people.
/// </summary>
internal static class AdminVerbs
{
    private static readonly string Shipped = string.Join(", ", Roles.Shipped.Select(Views.RoleOf));

    public static Command All(CommonOptions common) => new("admin", "The reseller's own people")
    {
        new AdminCreate(common), new AdminList(common), Role(common), Password(common),
        SecondFactorVerbs.Require(common), SecondFactorVerbs.ResetStaff(common),
        new SimpleVerb<AccountSummary>(common, "remove", "Remove one of your own people; their sessions end", Subject.Staff(),
            (call, account) => call.DoneAsync(
            call.Get<RemoveStaffUser>().ExecuteAsync(new(account.Id), call.Cancel), Views.Of(account),
            $"Removed {account.Email}")),
    };

    private static SimpleVerb<AccountSummary> Role(CommonOptions common)
    {
        var role = new Argument<string>("ROLE") { Description = $"{Shipped}, or a role of your own" };
        return new(common, "role", "Give one of your own people another role; their sessions end", Subject.Staff(),
            (call, account) => call.ChangedAsync(
            call.Get<SetStaffRole>().ExecuteAsync(new(account.Id, call.Value(role)), call.Cancel),
            async () => Views.Of((await call.Get<AccountQueries>().FindStaffAsync(account.Email, call.Cancel)).Value),
            account.Email, call.Value(role)), role);
    }

    private static SimpleVerb<AccountSummary> Password(CommonOptions common)
    {
        var input = new PasswordInput(common.Input);
        return new(common, "password", "Give one of your own people another password; their sessions end", Subject.Staff(),
            (call, account) =>
        {
            var (password, isGenerated) = input.ReadOrGenerate(call.Parsed);
            return call.DoneAsync(
                call.Get<SetPassword>().ExecuteAsync(new(account.Id, password), call.Cancel),
                new { account.Email, password = isGenerated ? password : null },
                PasswordInput.Told($"{account.Email} has a new password", password, isGenerated));
        }, input.Option);
    }

    /// <summary><c>admin create EMAIL [--role R] [--password-stdin]</c>.</summary>
    private sealed class AdminCreate : DatabaseVerb
    {
        private readonly Argument<string> _email = new("EMAIL");
        private readonly Option<string?> _role = new("--role")
        {
            HelpName = "ROLE",
            Description = "owner (default: everything), operator (runs the service), finance (money), support (looks), "
                + "or a role of your own",
        };
        private readonly PasswordInput _password;

        public AdminCreate(CommonOptions common)
            : base(common, "create", "Add one of your own people; without --password-stdin a password is made and shown once")
        {
            _password = new PasswordInput(common.Input);
            AddAll(_email, _role, _password.Option);
        }

        protected override Task<int> RunAsync(Call call)
        {
            string email = call.Value(_email), role = call.Value(_role) ?? Views.RoleOf(Roles.Owner);
            var (password, isGenerated) = _password.ReadOrGenerate(call.Parsed);
            return call.DoneAsync(
                call.Get<CreateStaffUser>().ExecuteAsync(new(email, password, role), call.Cancel),
                id => new { id, email, role, password = isGenerated ? password : null },
                _ => PasswordInput.Told($"Created {email}", password, isGenerated));
        }
    }

    /// <summary><c>admin list</c>.</summary>
    private sealed class AdminList(CommonOptions common) : DatabaseVerb(common, "list", "List your own people")
    {
        protected override async Task<int> RunAsync(Call call) => call.Terminal.List(
            await call.Get<AccountQueries>().ListAsync(null, call.Cancel), Views.Of,
            ("EMAIL", account => account.Email), ("ROLE", account => Views.RoleOf(account.Role)),
            ("SINCE", account => Views.Day(account.CreatedAt)));
    }
}
