using System.CommandLine;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Site;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>sign-up set|show</c>, and <c>customer invite</c>: how people become customers.</summary>
internal static class SignUpVerbs
{
    public static Command All(CommonOptions common) => new("sign-up", "Who can create an account")
    {
        new SignUpSet(common), new SignUpShow(common),
    };

    /// <summary><c>customer invite EMAIL</c>.</summary>
    public static SimpleVerb<CustomerSummary> Invite(CommonOptions common) => new(
        common, "invite", "Mail a customer without a login a link to choose a password", Subject.Customer(),
        (call, customer) => call.DoneAsync(
            call.Get<InviteCustomer>().ExecuteAsync(new(customer.Id), call.Cancel),
            email => new { customer = email, days = (int)InviteCustomer.Lifetime.TotalDays },
            email => [$"Invitation sent to {email}, good for {InviteCustomer.Lifetime.TotalDays} days"]));

    private static object ViewOf(SignUpSettings settings) =>
        new { mode = Spelling.Of(settings.Mode), plan = settings.PlanName, termsUrl = settings.TermsUrl };

    private static IEnumerable<string> Lines(SignUpSettings settings) =>
    [
        $"Sign-up: {Spelling.Of(settings.Mode)}", $"Plan:    {settings.PlanName ?? "-"}", $"Terms:   {settings.TermsUrl ?? "-"}",
    ];

    /// <summary><c>sign-up set [--mode M] [--plan NAME] [--terms-url URL]</c>.</summary>
    private sealed class SignUpSet : DatabaseVerb
    {
        private readonly Option<SignUpMode?> _mode = Values.Choice<SignUpMode>("--mode",
            "off: nobody; invitation: people you invite; on: anyone who confirms an address");
        private readonly Option<string?> _plan = new("--plan") { HelpName = "NAME",
            Description = "Plan for new sign-ups; \"\" for none" };
        private readonly Option<string?> _terms = new("--terms-url") { HelpName = "URL",
            Description = "Address of the terms that people must agree to; \"\" for none" };

        public SignUpSet(CommonOptions common)
            : base(common, "set", "Change who can create an account; what is left out stays") =>
            AddAll(_mode, _plan, _terms);

        protected override async Task<int> RunAsync(Call call)
        {
            var present = await call.Get<SiteQueries>().SignUpAsync(call.Cancel);
            long? plan = present.PlanId;
            if (call.Value(_plan) is { } name)
            {
                var found = await CustomerVerbs.PlanIdAsync(call, name);
                if (!found.IsSuccess)
                    return call.Terminal.Fail(found);
                plan = found.Value;
            }
            return await call.ChangedAsync(
                call.Get<SetSignUp>().ExecuteAsync(
                    new(call.Value(_mode) ?? present.Mode, plan, call.Value(_terms) ?? present.TermsUrl), call.Cancel),
                async () => ViewOf(await call.Get<SiteQueries>().SignUpAsync(call.Cancel)), "sign-up", "set");
        }
    }

    private sealed class SignUpShow(CommonOptions common) : DatabaseVerb(common, "show", "Show who can create an account")
    {
        protected override async Task<int> RunAsync(Call call)
        {
            var settings = await call.Get<SiteQueries>().SignUpAsync(call.Cancel);
            return call.Terminal.Done(ViewOf(settings), Lines(settings));
        }
    }
}
