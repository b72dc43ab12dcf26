using System.CommandLine;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// <c>customer add|set|show|list|suspend|resume|remove|anonymise|password|invite|resell|sell|take-back</c>, and
/// <c>customer credit|balance|plan-end|change-ip</c>: who buys.
/// </summary>
internal static class CustomerVerbs
{
    public static Command All(CommonOptions common) => new("customer", "Who buys")
    {
        new CustomerAdd(common), new CustomerSet(common), new CustomerShow(common), new CustomerList(common),
        SetState(common, "suspend", "Refuse a customer's proxy users, and cut their tunnels", CustomerState.Suspended),
        SetState(common, "resume", "Serve a suspended customer again", CustomerState.Active),
        Remove(common), Anonymise(common), Password(common), SignUpVerbs.Invite(common),
        ResellerVerbs.Resell(common), ResellerVerbs.Sell(common), ResellerVerbs.TakeBack(common),
        SecondFactorVerbs.ResetCustomer(common), new CustomerCredit(common), SubscriptionVerbs.Grant(common), Balance(common),
            new CustomerPlanEnd(common),
        new SimpleVerb<CustomerSummary>(common, "change-ip", "Give all sessions of a customer other exits", Subject.Customer(),
            (call, customer) => call.DoneAsync(
            call.Get<ChangeCustomerExits>().ExecuteAsync(new(Scope.Staff, customer.Id), call.Cancel),
            new { customer = customer.Email }, $"All sessions of {customer.Email} get other exits")),
    };

    /// <summary>The plan of that name; null for none.</summary>
    public static async Task<Result<long?>> PlanIdAsync(Call call, string? name)
    {
        if (string.IsNullOrEmpty(name))
            return Result.Of<long?>(null);
        var plan = await call.Get<PlanQueries>().FindByNameAsync(name, call.Cancel);
        return plan.Then(found => (long?)found.Id);
    }

    private static SimpleVerb<CustomerSummary> SetState(
        CommonOptions common, string verb, string description, CustomerState state) =>
        new(common, verb, description, Subject.Customer(), (call, customer) => call.ChangedAsync(
            call.Get<SetCustomerState>().ExecuteAsync(new(customer.Id, state), call.Cancel),
            async () => (await call.Get<CustomerQueries>().FindAsync(Scope.Staff, customer.Id, call.Cancel)).Value,
            $"customer {customer.Email}", Spelling.Of(state)));

    private static SimpleVerb<CustomerSummary> Remove(CommonOptions common) => new(
        common, "remove", "Remove a customer with its proxy users and logins; its books stay", Subject.Customer(),
        (call, customer) => call.DoneAsync(
            call.Get<RemoveCustomer>().ExecuteAsync(new(customer.Id), call.Cancel),
            removed => new
            {
                customer.Id, customer.Email, removed.ProxyUsers,
                balances = removed.Balances.Select(money => new { money.Currency, balance = money.Amount }),
            },
            removed =>
            [
                $"Removed {customer.Email} with {removed.ProxyUsers} proxy {(removed.ProxyUsers == 1 ? "user" : "users")}",
                .. removed.Balances.Select(money => $"Its wallet had {money}: that stays in the ledger"),
            ]));

    private static SimpleVerb<ForgettableCustomer> Anonymise(CommonOptions common)
    {
        var email = new Argument<string>("EMAIL") { Description = "The customer's, also of one that was removed" };
        return new(common, "anonymise", "Erase who a customer is, in the audit log too; invoices and payments stay",
            new(email, call => call.Get<AnonymiseCustomer>().FindByEmailAsync(call.Value(email), call.Cancel)),
            (call, customer) => call.DoneAsync(
                call.Get<AnonymiseCustomer>().ExecuteAsync(new(customer.Id, customer.Email), call.Cancel),
                new { customer.Id }, $"Anonymised customer {Views.Id(customer.Id)}"));
    }

    private static SimpleVerb<CustomerSummary> Password(CommonOptions common)
    {
        var input = new PasswordInput(common.Input);
        var login = new Option<string?>("--login") { HelpName = "EMAIL",
            Description = "A login of the customer other than its own address" };
        return new(common, "password", "Set the password of a customer's portal login, or make that login; its sessions end",
            Subject.Customer(), (call, customer) =>
        {
            var (password, isGenerated) = input.ReadOrGenerate(call.Parsed);
            string email = call.Value(login) ?? customer.Email;
            return call.DoneAsync(
                call.Get<SetCustomerPassword>().ExecuteAsync(new(customer.Id, password, email), call.Cancel),
                created => new { customer = customer.Email, login = email, created, password = isGenerated ? password : null },
                created => PasswordInput.Told(created ? $"Created the login {email}" : $"{email} has a new password", password,
                    isGenerated));
        }, input.Option, login);
    }

    private static SimpleVerb<CustomerSummary> Balance(CommonOptions common) =>
        new(common, "balance", "What a customer has in its wallet", Subject.Customer(), (call, customer) => call.DoneAsync(
            call.Get<WalletQueries>().FindAsync(Scope.Staff, customer.Id, call.Cancel),
            wallet => new { customer = customer.Email, balances = wallet.Balances.Select(Views.Of),
                entries = wallet.Entries.Select(Views.Of) },
            wallet => wallet.Balances.Count == 0
                ? ["Nothing was ever put into this wallet"]
                : wallet.Balances.Select(balance => new Money(balance.Balance, balance.Currency).ToString())));

    /// <summary>
    /// <c>customer add EMAIL [--name N] [--plan NAME] [--reseller EMAIL] [--password-stdin]</c>: a customer who can sign in.
    /// </summary>
    private sealed class CustomerAdd : DatabaseVerb
    {
        private readonly Argument<string> _email = new("EMAIL");
        private readonly Option<string?> _plan = new("--plan") { HelpName = "NAME",
            Description = "The plan that the customer has" };
        private readonly Option<string?> _name = new("--name") { HelpName = "NAME",
            Description = "Shown on pages; the email address if left out" };
        private readonly Option<string?> _reseller = new("--reseller") { HelpName = "EMAIL",
            Description = "Whose customer it is; your own if left out" };
        private readonly Option<bool> _invite = new("--invite") { Description = "Mail a link to choose the password instead" };
        private readonly PasswordInput _password;

        public CustomerAdd(CommonOptions common)
            : base(common, "add",
                "Add a customer with a portal login; without --password-stdin a password is made and shown once")
        {
            _password = new PasswordInput(common.Input);
            AddAll(_email, _plan, _name, _reseller, _invite, _password.Option);
        }

        protected override async Task<int> RunAsync(Call call)
        {
            var planId = await PlanIdAsync(call, call.Value(_plan));
            if (!planId.IsSuccess)
                return call.Terminal.Fail(planId);
            var sellerId = await ResellerVerbs.SellerIdAsync(call, call.Value(_reseller));
            if (!sellerId.IsSuccess)
                return call.Terminal.Fail(sellerId);
            if (call.Value(_invite))
                return await InviteAsync(call, planId.Value, sellerId.Value);
            var (password, isGenerated) = _password.ReadOrGenerate(call.Parsed);
            var request = new CreateCustomer.Request(call.Value(_email), call.Value(_name) ?? "", planId.Value, password,
                sellerId.Value);
            return await call.DoneAsync(
                call.Get<CreateCustomer>().ExecuteAsync(request, call.Cancel),
                created => new { created.Id, created.Email, plan = created.PlanName, password = isGenerated ? password : null },
                created => PasswordInput.Told($"Created {created.Email}", password, isGenerated));
        }

        private async Task<int> InviteAsync(Call call, long? planId, long? sellerId)
        {
            var created = await call.Get<CreateCustomer>().ExecuteAsync(
                new(call.Value(_email), call.Value(_name) ?? "", planId, SellerId: sellerId), call.Cancel);
            return created.IsSuccess
                ? await call.DoneAsync(call.Get<InviteCustomer>().ExecuteAsync(new(created.Value.Id), call.Cancel),
                    email => new { created.Value.Id, email, plan = created.Value.PlanName, invited = true },
                    email => [$"Created {email} and sent an invitation"])
                : call.Terminal.Fail(created);
        }
    }

    /// <summary><c>customer set EMAIL [--name N] [--plan NAME]</c>.</summary>
    private sealed class CustomerSet : SubjectVerb<CustomerSummary>
    {
        private readonly Option<string?> _name, _plan;

        public CustomerSet(CommonOptions common) : this(
            common, new("--name") { HelpName = "NAME", Description = "Shown on pages" },
            new("--plan") { HelpName = "NAME", Description = "Buy this plan as it is sold now; \"\" for none" })
        {
        }

        private CustomerSet(CommonOptions common, Option<string?> name, Option<string?> plan)
            : base(common, "set", "Change a customer's name, or give it a plan", Subject.Customer(), name, plan) =>
                (_name, _plan) = (name, plan);

        protected override async Task<int> RunAsync(Call call, CustomerSummary customer)
        {
            bool changed = false;
            if (call.Value(_name) is { } name)
            {
                var renamed = await call.Get<RenameCustomer>().ExecuteAsync(new(customer.Id, name), call.Cancel);
                if (!renamed.IsSuccess)
                    return call.Terminal.Fail(renamed);
                changed = renamed.Value;
            }
            if (call.Value(_plan) is { } planName)
            {
                var planId = await PlanIdAsync(call, planName);
                if (!planId.IsSuccess)
                    return call.Terminal.Fail(planId);
                var assigned = await call.Get<AssignPlan>().ExecuteAsync(new(customer.Id, planId.Value), call.Cancel);
                if (!assigned.IsSuccess)
                    return call.Terminal.Fail(assigned);
                changed = true;
            }
            return await call.DoneAsync(
                call.Get<CustomerQueries>().FindAsync(Scope.Staff, customer.Id, call.Cancel), now => now,
                now => [changed
                    ? $"Changed customer {now.Email}"
                    : $"No changes: customer {now.Email} has these settings already"]);
        }
    }

    /// <summary><c>customer list [--search S]</c>.</summary>
    private sealed class CustomerList : DatabaseVerb
    {
        private readonly Option<string?> _search = new("--search") { HelpName = "TEXT",
            Description = "Part of the email address or name" };

        public CustomerList(CommonOptions common) : base(common, "list", "List customers") => Add(_search);

        protected override async Task<int> RunAsync(Call call)
        {
            var queries = call.Get<CustomerQueries>();
            return call.Terminal.List(await Pages.AllAsync(page => queries.ListAsync(page, call.Cancel), call.Value(_search)),
                ("EMAIL", c => c.Email), ("NAME", c => c.Name), ("STATE", c => Spelling.Of(c.State)),
                ("SERVED", c => Views.ServedOf(c.Standing)),
                ("PLAN", c => c.PlanName ?? "-"),
                ("PROXY USERS", c => Views.Count(c.ProxyUserCount)));
        }
    }
}
