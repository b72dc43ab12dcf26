using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Web.Features.Settings;

/// <param name="Zones">Empty for who does not choose one.</param>
internal sealed record SettingsPage(Preferences Preferences, IReadOnlyList<ZoneChoice> Zones);

/// <param name="NewEmail">Null: the link is not good.</param>
internal sealed record ConfirmEmailPage(string Token, string? NewEmail);

internal sealed record EmailForm(string? Email, string? Password);

/// <param name="Obstacles">What stands in the way.</param>
internal sealed record ClosePage(IReadOnlyList<Error> Obstacles);

/// <summary>What a mail is about, as its customer reads it.</summary>
internal sealed record MailChoice(MailTemplate Template, Phrase Words)
{
    /// <summary>Those that can be turned off.</summary>
    public static IEnumerable<MailChoice> Optional => CustomerPreferences.Optional.Select(template =>
        new MailChoice(template, template switch
        {
            MailTemplate.Quota80 => "80% of your traffic is used",
            MailTemplate.Quota100 => "Your traffic is used up",
            MailTemplate.TrialEnding => "A trial ends soon",
            MailTemplate.RenewalReminder => "A plan renews soon",
            MailTemplate.WinBack => "An offer after a plan has ended",
            _ => Phrase.Verbatim(template.ToString()),
        }));

    /// <summary>Those that cannot.</summary>
    public static readonly IReadOnlyList<Phrase> Always =
        ["Invoices, receipts, and failed payments", "A subscription is cancelled", "New sign-ins, passwords, and addresses"];
}
