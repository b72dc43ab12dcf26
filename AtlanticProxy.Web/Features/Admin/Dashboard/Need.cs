using AtlanticProxy.ControlPlane.Business;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Shell;

namespace AtlanticProxy.Web.Features.Admin.Dashboard;

/// <summary>Something that waits for one of the staff.</summary>
/// <param name="Mood">A class of <c>notice</c>.</param>
/// <param name="Button">Where <paramref name="Href"/> leads, in words.</param>
internal sealed record Need(string Mood, Phrase Words, string Href, Phrase Button)
{
    /// <summary>As many as one looks at: the rest is seen when these are done.</summary>
    private const int Most = 5;

    /// <summary>The worst first, of what the role can look at.</summary>
    public static IReadOnlyList<Need> Of(
        StaffRights rights, IReadOnlyList<ProviderStatus> statuses, CertificateReport certificate, OpenMatters? money,
        int pastDue)
    {
        var needs = new List<Need>();
        foreach (var provider in statuses.Where(provider => !provider.Works && rights.Allows(Area.Network, Access.Read)))
            needs.Add(new Need("bad", $"The provider {provider.Name} takes no connections: {Reason(provider)}.",
                "/admin/providers", "Look at it"));
        if (!certificate.IsWell && rights.Allows(Area.Operations, Access.Read))
            needs.Add(new Need("bad", $"{certificate.Verdict}", "/admin/certificate", "Look at it"));
        if (money is { BookDifferences: > 0 and var books })
            needs.Add(new Need("bad",
                $"The nightly checks found {Format.Count(books, "difference", "differences")} in the books.",
                "/admin/reconciliation", "Look at them"));
        if (money is { Disputes: > 0 and var disputes })
            needs.Add(new Need("bad",
                Phrase.Plural(disputes, $"{Format.Count(disputes)} dispute waits for an answer.",
                    $"{Format.Count(disputes)} disputes wait for an answer."),
                "/admin/payments/disputes?state=Opened", "Answer"));
        if (money is { Unallocated: > 0 and var unallocated })
            needs.Add(new Need("warn",
                Phrase.Plural(unallocated, $"{Format.Count(unallocated)} payment fits no order.",
                    $"{Format.Count(unallocated)} payments fit no order."),
                "/admin/payments/unallocated", "Allocate"));
        if (money is { GatewayDifferences: > 0 and var differences })
            needs.Add(new Need("warn",
                $"A gateway and your books differ in {Format.Count(differences, "payment", "payments")}.",
                "/admin/payments/differences", "Compare"));
        if (money is { TransfersWaiting: > 0 and var transfers })
            needs.Add(new Need("warn",
                Phrase.Plural(transfers, $"{Format.Count(transfers)} order waits for a bank transfer.",
                    $"{Format.Count(transfers)} orders wait for a bank transfer."),
                "/admin/orders?state=Open", "Confirm"));
        if (pastDue > 0 && rights.Allows(Area.Customers, Access.Read))
            needs.Add(new Need("warn",
                Phrase.Plural(pastDue, $"{Format.Count(pastDue)} subscription is unpaid.",
                    $"{Format.Count(pastDue)} subscriptions are unpaid."),
                "/admin/customers?state=PastDue", "Look at them"));
        if (money is { MailsGivenUp: > 0 and var mails } && rights.Allows(Area.Help, Access.Write))
            needs.Add(new Need("warn",
                Phrase.Plural(mails, $"{Format.Count(mails)} email could not be delivered in the last day.",
                    $"{Format.Count(mails)} emails could not be delivered in the last day."),
                "/admin/settings/mail?state=Failed", "Look at them"));
        return [.. needs.Take(Most)];
    }

    private static Phrase Reason(ProviderStatus provider) => provider.Condition switch
    {
        ProviderCondition.RejectsUs => "it rejects your account there",
        ProviderCondition.CapReached => "its traffic cap is reached",
        _ => provider.LastFault.Length > 0 ? FaultWords.Of(provider.LastFault) : "it is down",
    };
}
