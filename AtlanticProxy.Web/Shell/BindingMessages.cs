using Microsoft.AspNetCore.Mvc.ModelBinding.Metadata;

namespace AtlanticProxy.Web.Shell;

/// <summary>What a field says when what was typed is not of its kind.</summary>
internal static class BindingMessages
{
    public static void Configure(DefaultModelBindingMessageProvider messages)
    {
        messages.SetAttemptedValueIsInvalidAccessor((value, _) => $"'{value}' is not a number that fits here.");
        messages.SetNonPropertyAttemptedValueIsInvalidAccessor(value => $"'{value}' is not a value that fits here.");
        messages.SetValueMustBeANumberAccessor(_ => "Enter a number.");
        messages.SetNonPropertyValueMustBeANumberAccessor(() => "Enter a number.");
        messages.SetValueIsInvalidAccessor(value => $"'{value}' is not a value that fits here.");
        messages.SetValueMustNotBeNullAccessor(_ => "Enter a value.");
    }
}
