using System.CommandLine;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>Second factors: whether staff need one, and taking one away for who has lost it.</summary>
internal static class SecondFactorVerbs
{
    /// <summary><c>admin require-second-factor yes|no</c>.</summary>
    public static Command Require(CommonOptions common) => new RequireVerb(common);

    /// <summary><c>admin reset-second-factor EMAIL</c>.</summary>
    public static SimpleVerb<AccountSummary> ResetStaff(CommonOptions common) => new(
        common, "reset-second-factor", "Reset the second factor of one of your own people; their sessions end",
        Subject.Staff(), (call, account) => ResetAsync(call, account.Id, null));

    /// <summary><c>customer reset-second-factor EMAIL [--login EMAIL]</c>.</summary>
    public static SimpleVerb<CustomerSummary> ResetCustomer(CommonOptions common)
    {
        var login = new Option<string?>("--login") { HelpName = "EMAIL",
            Description = "A login of the customer other than its own address" };
        return new(common, "reset-second-factor", "Reset the second factor of a customer's login; its sessions end",
            Subject.Customer(), async (call, customer) =>
        {
            string email = call.Value(login) ?? customer.Email;
            var accounts = await call.Get<AccountQueries>().ListAsync(customer.Id, call.Cancel);
            return accounts.SingleOrDefault(account => account.Email == email) is { } found
                ? await ResetAsync(call, found.Id, customer.Id)
                : call.Terminal.Fail(Result.Failure(
                    [new Error(ErrorKind.NotFound, "account.not_found", $"{customer.Email} has no login {email}.")]));
        }, login);
    }

    private static Task<int> ResetAsync(Call call, long userId, long? customerId) => call.DoneAsync(
        call.Get<RemoveSecondFactor>().ByOwnerAsync(userId, customerId, call.Cancel),
        user => new { user.Email }, user => [$"{user.Email} now signs in with the password only"]);

    private sealed class RequireVerb : DatabaseVerb
    {
        private readonly Argument<Answer> _answer = new("yes|no") { Description =
            "yes: staff without one have 7 days to turn it on" };

        public RequireVerb(CommonOptions common)
            : base(common, "require-second-factor", "Require a second factor of your own people, or stop requiring it") =>
            AddAll(_answer);

        protected override async Task<int> RunAsync(Call call)
        {
            bool required = call.Value(_answer) == Answer.Yes;
            return await call.ChangedAsync(ChangeAsync(call, required), () => Task.FromResult<object?>(new { required }),
                "second factor of staff", required ? "required" : "optional");
        }

        private static async Task<Result<bool>> ChangeAsync(Call call, bool required) =>
            await call.Get<StaffSecondFactor>().RequireAsync(required, call.Cancel);
    }
}
