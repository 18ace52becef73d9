// The members of .NET 8 that mono does not have. They say what they were given.
using System;

namespace System.Security.Cryptography.X509Certificates
{
    public class X509Certificate2 : X509Certificate
    {
        public X509Certificate2(byte[] rawData) { }

        public static X509Certificate2 CreateFromPemFile(string certPemFilePath, string keyPemFilePath = null)
        {
            Console.WriteLine("leaf: " + certPemFilePath);
            Console.WriteLine("key: " + keyPemFilePath);
            return new X509Certificate2(new byte[0]);
        }

        public override byte[] Export(X509ContentType contentType)
        {
            return new byte[] { 0 };
        }
    }

    public class X509Certificate2Collection : System.Collections.CollectionBase
    {
        public void ImportFromPemFile(string certPemFilePath)
        {
            Console.WriteLine("chain: " + certPemFilePath);
            foreach (string name in new[] { "leaf", "intermediate" })
            {
                List.Add(name);
            }
        }

        public override string ToString()
        {
            return string.Join(",", new System.Collections.ArrayList(List).ToArray());
        }
    }
}
