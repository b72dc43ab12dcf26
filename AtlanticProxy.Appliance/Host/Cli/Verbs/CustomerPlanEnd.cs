using System.CommandLine;
using System.Globalization;
using AtlanticProxy.ControlPlane.Customers;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>customer plan-end EMAIL DAY|now|never</c>: the last day that a customer's plan is good for.</summary>
internal sealed class CustomerPlanEnd : DatabaseVerb
{
    private const string Now = "now", Never = "never";

    private readonly Argument<string> _email = new("EMAIL");
    private readonly Argument<string> _day =
        new("DAY") { Description = $"The last day (UTC) that it is good for, as 2027-01-31; {Now}, or {Never}" };

    public CustomerPlanEnd(CommonOptions common)
        : base(common, "plan-end", "Set the last day of a customer's plan; giving the plan again has no end")
    {
        _day.Validators.Add(given =>
        {
            if (given.GetValue(_day) is { } text && text is not (Now or Never) && DayOf(text) is null)
                given.AddError($"'{text}' is not a day as 2027-01-31, {Now} or {Never}.");
        });
        Add(_email);
        Add(_day);
    }

    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var queries = services.GetRequiredService<CustomerQueries>();
        var customer = await queries.FindByEmailAsync(parsed.GetRequiredValue(_email), cancel);
        if (!customer.IsSuccess)
            return terminal.Fail(customer);
        string day = parsed.GetRequiredValue(_day);
        var set = await services.GetRequiredService<SetPlanEnd>().ExecuteAsync(
            day == Now ? new(customer.Value.Id, services.GetRequiredService<TimeProvider>().GetUtcNow())
            : SetPlanEnd.Request.Through(customer.Value.Id, DayOf(day)), cancel);
        if (!set.IsSuccess)
            return terminal.Fail(set);
        var found = (await queries.FindByEmailAsync(customer.Value.Email, cancel)).Value;
        return terminal.Done(
            new { customer = found.Email, plan = found.PlanName, found.PlanEndsAt, found.PlanEnded },
            !set.Value ? $"The plan of {found.Email} is so already"
            : found.PlanEndsAt is not { } end ? $"The plan of {found.Email} has no end"
            : found.PlanEnded ? $"The plan of {found.Email} has ended: its proxy users are refused"
            : string.Create(CultureInfo.InvariantCulture,
                $"The plan of {found.Email} ends at {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC"));
    }

    private static DateOnly? DayOf(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
