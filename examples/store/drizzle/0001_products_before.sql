-- What a product was before a change is in the write-ahead log too, so that the category which it leaves is told as well.
ALTER TABLE "products" REPLICA IDENTITY FULL;
