using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Customers;

/// <summary>One customer: state, plan, sign-ins, proxy users, usage.</summary>
[Reads(Area.Customers), Route("/admin/customers/{id:long}")]
internal sealed class CustomerController(
    CustomerQueries customers, PlanQueries plans, ProxyUserQueries proxyUsers, AccountQueries accounts, UsageQueries usage,
    QuotaQueries quotas, WalletQueries wallets, NoteCustomer notes) : PortalController
{
    private const int ChartHours = 24;

    [HttpGet]
    public async Task<IActionResult> Show(long id, CancellationToken cancellation)
    {
        var found = await customers.FindAsync(Scope.Staff, id, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        Show(FactsOf(found.Value));
        var filter = new UsageFilter(Scope.Staff, CustomerId: id);
        var users = await proxyUsers.ListAsync(Scope.Staff, new PageRequest(), cancellation, customerId: id);
        return View("Details", new CustomerPage(
            found.Value,
            await usage.TodayAsync(filter, cancellation),
            await usage.LastHoursAsync(filter, ChartHours, cancellation),
            users,
            await usage.TodayByProxyUserAsync(Scope.Staff, [.. users.Items.Select(user => user.Id)], cancellation),
            await accounts.ListAsync(id, cancellation),
            await plans.ListAsync(cancellation),
            await quotas.FindAsync(Scope.Staff, id, cancellation),
            (await wallets.FindAsync(Scope.Staff, id, cancellation)).Value,
            await notes.TagsAsync(id, cancellation),
            await notes.NotesAsync(id, cancellation)));
    }

    [HttpPost("suspend"), Writes(Area.Customers)]
    public async Task<IActionResult> Suspend(long id, [FromServices] SetCustomerState set, CancellationToken cancellation) =>
        Answer(await set.ExecuteAsync(new SetCustomerState.Request(id, CustomerState.Suspended), cancellation),
            () => Back(id, "Suspended. All proxy users of this customer are refused now, open tunnels included."));

    [HttpPost("activate"), Writes(Area.Customers)]
    public async Task<IActionResult> Activate(long id, [FromServices] SetCustomerState set, CancellationToken cancellation) =>
        Answer(await set.ExecuteAsync(new SetCustomerState.Request(id, CustomerState.Active), cancellation),
            () => Back(id, "Active again."));

    [HttpPost("change-ip"), Writes(Area.Customers)]
    public async Task<IActionResult> ChangeIp(
        long id, [FromServices] ChangeCustomerExits change, CancellationToken cancellation) =>
        Answer(await change.ExecuteAsync(new ChangeCustomerExits.Request(Scope.Staff, id), cancellation),
            () => Back(id, "All sessions of all proxy users get another exit at their next connection."));

    [HttpPost("plan"), Writes(Area.Customers)]
    public async Task<IActionResult> Assign(
        long id, long? planId, [FromServices] AssignPlan assign, CancellationToken cancellation) =>
        await HasChangedMeanwhileAsync(id, cancellation)
                ? await Show(id, cancellation)
                : await AnswerAsync(await assign.ExecuteAsync(new AssignPlan.Request(id, planId), cancellation),
                () => Back(id, "The plan is changed."), () => Show(id, cancellation));

    [HttpPost("plan-end"), Writes(Area.Customers)]
    public async Task<IActionResult> EndPlan(
        long id, DateOnly? lastDay, [FromServices] SetPlanEnd set, CancellationToken cancellation) =>
        await HasChangedMeanwhileAsync(id, cancellation) ? await Show(id, cancellation)
        : !ModelState.IsValid
        ? await RetryAsync(() => Show(id, cancellation))
        : await AnswerAsync(await set.ExecuteAsync(SetPlanEnd.Request.Through(id, lastDay), cancellation),
            _ => Back(id, lastDay is { } day
                ? (Phrase)$"The last day of the plan is {Format.Day(day)}."
                : "The plan goes on until further notice."), () => Show(id, cancellation));

    [HttpPost("credit"), Authorize(Policies.Owners), StepUp]
    public async Task<IActionResult> Credit(
        long id, CreditForm form, [FromServices] CreditWallet credit, CancellationToken cancellation)
    {
        var wallet = await wallets.FindAsync(Scope.Staff, id, cancellation, entries: 0);
        if (!wallet.IsSuccess)
            return Answer(wallet, Ok);
        if (!wallet.Value.Currencies.Contains(form.Currency ?? ""))
            Refuse(nameof(form.Currency), "That is not one of this customer's currencies.");
        long? amount = MinorUnitsOf(nameof(form.Amount), form.Amount, form.Currency, "Give an amount.");
        if (amount <= 0)
            Refuse(nameof(form.Amount), "Give an amount of more than nothing.");
        if (form.Key is null && ModelState.IsValid)
            Refuse("", "The form came without its key, so nothing was credited. Here it is again.");
        if (!ModelState.IsValid)
            return await RetryAsync(() => Show(id, cancellation));
        var credited = await credit.ExecuteAsync(new(id, amount ?? 0, form.Currency ?? "", $"form/{form.Key:n}", form.Memo ?? ""),
            cancellation);
        if (credited is { IsSuccess: false, Errors: [{ Field: nameof(CreditWallet.Request.Key) } used] })
            credited = used with { Field = null,
                Words = "This form was sent before, with something else in it. "
                    + "See below what the wallet has before you send it again." };
        return await AnswerAsync(credited,
            done => Back(id, done.Replayed
                ? (Phrase)$"{new Money(done.Amount, done.Currency)} was credited already by this form, and not again."
                : $"{new Money(done.Amount, done.Currency)} is credited: the balance is "
                    + $"{new Money(done.Balance, done.Currency)}."),
            () => Show(id, cancellation));
    }

    [HttpPost("logins"), Writes(Area.Customers), StepUp]
    public async Task<IActionResult> AddLogin(
        long id, LoginForm form, [FromServices] CreateCustomerLogin create, CancellationToken cancellation)
    {
        string? email = string.IsNullOrWhiteSpace(form.Email) ? null : form.Email;
        var created = await create.ExecuteAsync(new CreateCustomerLogin.Request(id, form.Password ?? "", email), cancellation);
        return await AnswerAsync(created, _ =>
            Back(id, "They can sign in now. Pass the password on by a safe way."), () => Show(id, cancellation));
    }

    protected override string FieldOf(string field) => field == nameof(SetPlanEnd.Request.EndsAt) ? "lastDay" : field;

    private static FormFact[] FactsOf(CustomerSummary customer) =>
        [new("Plan", customer.PlanName), new("Last day of the plan", $"{customer.PlanLastDay:yyyy-MM-dd}")];

    private async Task<bool> HasChangedMeanwhileAsync(long id, CancellationToken cancellation) =>
        await customers.FindAsync(Scope.Staff, id, cancellation) is { IsSuccess: true } found
        && HasChangedMeanwhile(FactsOf(found.Value));

    private LocalRedirectResult Back(long id, Phrase words) => RedirectSaying($"/admin/customers/{id}", words);
}
