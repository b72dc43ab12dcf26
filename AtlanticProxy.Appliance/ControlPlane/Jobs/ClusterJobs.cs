using AtlanticProxy.ControlPlane.Backups;
using AtlanticProxy.ControlPlane.Coupons;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Importing;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Partitions;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.ControlPlane.Reconciliation;
using AtlanticProxy.ControlPlane.Referrals;
using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.ControlPlane.Webhooks;

namespace AtlanticProxy.ControlPlane.Jobs;

/// <summary>All that the cluster does by the clock.</summary>
public static class ClusterJobs
{
    /// <summary>Also started when somebody starts a step of one.</summary>
    public const string Imports = "run-imports";

    /// <summary>Also started when somebody asks for one.</summary>
    public const string Backups = "back-up", Drills = "restore-drill";

    /// <summary>
    /// 03:00 UTC for the nightly one: after midnight's work, and before anyone in Europe or Africa begins theirs. Wallets every
    /// ten minutes: at most 144 ledger transactions a day for one in constant use. Deliveries of gateways every minute, as often
    /// as jobs run: who has paid waits for it.
    /// </summary>
    public static readonly IReadOnlyList<ClusterJob> All =
    [
        new("settle-wallets", "Charge wallets for traffic and time used", "*/10 * * * *", typeof(SettleWallets)),
        new("invoice-usage", "Invoice the use of the months that are over", "17 1 * * *", typeof(InvoiceUsage)),
        new("settle-orders", "Complete paid orders, and expire unpaid ones", "* * * * *",
            typeof(SettleOrders)),
        new("renew-subscriptions", "Renew subscriptions, and end trials and cancelled subscriptions", "*/5 * * * *",
            typeof(RenewSubscriptions)),
        new("collect-unpaid", "Collect unpaid renewals, and suspend those that stay unpaid", "2-57/5 * * * *",
            typeof(CollectUnpaid)),
        new("return-deposits", "Return deposits", "37 * * * *", typeof(ReturnDeposits)),
        new("remind-of-renewals", "Remind customers before renewals and trial ends", "47 * * * *", typeof(RemindOfRenewals)),
        new("ask-back", "Invite customers back after their subscription ended", "57 * * * *", typeof(AskBack)),
        new("fan-out", "Make mails and webhooks of what happened", "* * * * *", typeof(FanOut)),
        new("send-mail", "Send the mail that is due", "* * * * *", typeof(SendMail)),
        new("deliver-webhooks", "Deliver the webhooks that are due", "* * * * *", typeof(DeliverWebhooks)),
        new("release-coupons", "Give coupons back of checkouts that nobody ended", "37 * * * *", typeof(ReleaseCoupons)),
        new("return-resold", "Return traffic that customers of resellers have not used in time", "27 * * * *",
            typeof(ReturnResold)),
        new("clear-commissions", "Give referrers what is cleared, and take back what was refunded", "47 * * * *",
            typeof(ClearCommissions)),
        new("audit-ledger", "Compare balances with their entries", "0 3 * * *", typeof(LedgerAudit)),
        new("drift-alarm", "Compare bytes sold with providers' counts", "7 * * * *", typeof(DriftAlarm)),
        new("handle-inbox", "Look at what payment gateways delivered", "* * * * *", typeof(HandleInbox)),
        new("ask-gateways", "Ask what became of payments and refunds", "*/2 * * * *", typeof(AskGateways)),
        new("auto-top-ups", "Fill wallets whose customers wish it", "*/5 * * * *", typeof(AutoTopUps)),
        new("reconcile-gateways", "Compare payments with gateways' lists", "37 * * * *", typeof(ReconcileGateways)),
        new("keep-partitions", "Make the next days' tables and drop those past their time", "17 * * * *",
            typeof(PartitionKeeping)),
        new(Imports, "Check, run and undo imports of customers", "* * * * *", typeof(RunImports)),
        new(Backups, "Take the backups that are due", "*/5 * * * *", typeof(TakeBackups)),
        new(Drills, "Restore the newest backup on trial when that is due", "*/5 * * * *", typeof(RunDrills)),
        new("forget", "Delete rows that nothing needs any more", "27 * * * *", typeof(Forgetting)),
    ];

    /// <summary>The job of that id; null when there is none (one of another version, still queued).</summary>
    public static ClusterJob? Find(string id) => All.FirstOrDefault(job => job.Id == id);
}
