using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Web.Features.Admin.Settings.Mail;

/// <summary>How it is said what a mail is about, and where it stands.</summary>
internal static class MailWords
{
    public static Phrase Of(MailState state) => state switch
    {
        MailState.Queued => "Queued",
        MailState.Sending => "Sending",
        MailState.Sent => "Sent",
        MailState.Failed => "Failed",
        MailState.MaybeSent => "Maybe sent",
        MailState.Bounced => "Bounced",
    };

    /// <summary>A class of <c>badge-state</c>; null for a quiet one.</summary>
    public static string? MoodOf(MailState state) => state switch
    {
        MailState.Sent => "good",
        MailState.Failed or MailState.Bounced => "bad",
        MailState.MaybeSent => "warn",
        _ => null,
    };

    public static Phrase Of(MailTemplate template) => template switch
    {
        MailTemplate.Welcome => "Welcome",
        MailTemplate.Verify => "Verify the address",
        MailTemplate.Reset => "Reset the password",
        MailTemplate.Receipt => "Receipt",
        MailTemplate.Invoice => "Invoice",
        MailTemplate.TrialEnding => "Trial ends soon",
        MailTemplate.RenewalReminder => "Renewal reminder",
        MailTemplate.PaymentFailed => "Payment failed",
        MailTemplate.Quota80 => "Traffic 80% used",
        MailTemplate.Quota100 => "Traffic used up",
        MailTemplate.Cancelled => "Subscription cancelled",
        MailTemplate.DepositRefunded => "Deposit given back",
        MailTemplate.NewSignIn => "New sign-in",
        MailTemplate.Invitation => "Invitation",
        MailTemplate.AccountExists => "Account exists",
        MailTemplate.TeamInvitation => "Invitation to a team",
        MailTemplate.StaffInvitation => "Invitation to the staff",
        MailTemplate.ConfirmEmail => "Confirm the new address",
        MailTemplate.EmailChanged => "Address changed",
        MailTemplate.WinBack => "Come back",
        MailTemplate.StaffAlarm => "Alarm to owners",
    };

    public static Phrase OfLanguage(string code) => code == "fr" ? "French" : "English";

    public static bool MayResend(MailState state) => state is MailState.Failed or MailState.MaybeSent or MailState.Bounced;
}
