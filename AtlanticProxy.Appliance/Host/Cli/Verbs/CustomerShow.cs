using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Quotas;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>customer show EMAIL</c>: all that is known of one, secrets apart.</summary>
internal sealed class CustomerShow(CommonOptions common)
    : SubjectVerb<CustomerSummary>(common, "show", "Show a customer: plan, quota, wallet, logins, proxy users",
        Subject.Customer())
{
    protected override async Task<int> RunAsync(Call call, CustomerSummary customer)
    {
        var quota = await call.Get<QuotaQueries>().FindAsync(Scope.Staff, customer.Id, call.Cancel);
        var logins = await call.Get<AccountQueries>().ListAsync(customer.Id, call.Cancel);
        var users = await Pages.AllAsync(page =>
            call.Get<ProxyUserQueries>().ListAsync(Scope.Staff, page, call.Cancel, customer.Id));
        return await call.DoneAsync(
            call.Get<WalletQueries>().FindAsync(Scope.Staff, customer.Id, call.Cancel),
            wallet => new
            {
                customer.Id, customer.Email, customer.Name, customer.Seller, customer.MayResell, customer.State,
                customer.Standing, plan = customer.PlanName,
                customer.PlanEndsAt, customer.PlanEnded, customer.CreatedAt, quota, balances = wallet.Balances.Select(Views.Of),
                logins = logins.Select(login => login.Email), proxyUsers = users.Select(Views.Of),
            },
            wallet =>
            [
                $"Email:       {customer.Email}",
                $"Name:        {customer.Name}",
                $"Seller:      {customer.Seller ?? "you"}",
                $"Resells:     {(customer.MayResell ? "yes" : "no")}",
                $"State:       {Spelling.Of(customer.State)}",
                $"Served:      {Views.ServedOf(customer.Standing)}",
                $"Since:       {Views.Day(customer.CreatedAt)}",
                $"Plan:        {PlanOf(customer)}",
                $"Quota:       {QuotaOf(quota)}",
                $"Wallet:      {Listed(wallet.Balances.Select(each => new Money(each.Balance, each.Currency).ToString()))}",
                $"Logins:      {Listed(logins.Select(login => login.Email))}",
                $"Proxy users: {Listed(users.Select(user => user.Enabled ? user.Name : $"{user.Name} (disabled)"))}",
            ]);
    }

    private static string PlanOf(CustomerSummary customer) => customer.PlanName is not { } plan ? "-"
        : customer.PlanEnded ? $"{plan}, ended"
        : customer.PlanLastDay is { } last ? $"{plan}, last day {Figures.Text(last)}"
        : plan;

    private static string QuotaOf(QuotaSummary? quota)
    {
        if (quota is null)
            return "no limit";
        string unit = quota.InMinutes ? "minutes" : "GB";
        string Text(long amount) => quota.InMinutes ? Views.Count(amount) : Views.Gb(amount);
        string renewal = quota.PeriodEnd is { } end ? $", renews at {Views.Minute(end)} UTC" : "";
        return quota.Limit is { } limit
            ? $"{Text(quota.Used)} of {Text(limit)} {unit} used, {Text(quota.Left)} left{renewal}"
            : $"{Text(quota.Used)} {unit} used, the wallet pays for {Text(quota.Left)} more";
    }

    private static string Listed(IEnumerable<string> words) => string.Join(", ", words) is { Length: > 0 } list ? list : "-";
}
